import type { Metadata } from "next";
import { FreezeScreen } from "@/components/snapshot/freeze-screen";

export const metadata: Metadata = { title: "Freeze a version" };

export default async function FreezePage({ params }: { params: Promise<{ datanetId: string }> }) {
  return <FreezeScreen datanetId={(await params).datanetId} />;
}
