import type { Metadata } from "next";
import { AdapterPage } from "@/components/adapter/adapter-page";

export const metadata: Metadata = { title: "Adapter" };

export default async function Page({ params }: { params: Promise<{ adapterId: string }> }) {
  return <AdapterPage adapterId={(await params).adapterId} />;
}
