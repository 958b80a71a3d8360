import type { Metadata } from "next";
import { DatanetScreen } from "@/components/datanet/datanet-screen";

export const metadata: Metadata = { title: "Datanet" };

export default async function DatanetPage({ params }: { params: Promise<{ datanetId: string }> }) {
  const { datanetId } = await params;
  return <DatanetScreen datanetId={datanetId} />;
}
