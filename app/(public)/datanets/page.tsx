import type { Metadata } from "next";
import { DatanetCatalogue } from "@/components/datanet/datanet-catalogue";

export const metadata: Metadata = { title: "Datanets" };

export default function DatanetsPage() {
  return <DatanetCatalogue />;
}
