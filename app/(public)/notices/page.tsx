import type { Metadata } from "next";
import { NoticeScreen } from "@/components/notice/notice-screen";

export const metadata: Metadata = { title: "Notices" };

export default function NoticesPage() {
  return <NoticeScreen />;
}
