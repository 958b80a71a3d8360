import type { Metadata } from "next";
import { AdapterList } from "@/components/adapter/adapter-list";

export const metadata: Metadata = { title: "Adapters" };

export default function Page() {
  return <AdapterList />;
}
