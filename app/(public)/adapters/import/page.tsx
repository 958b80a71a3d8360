import type { Metadata } from "next";
import { ImportScreen } from "@/components/adapter/import-screen";

export const metadata: Metadata = { title: "Bring in an adapter" };

export default function ImportPage() {
  return <ImportScreen />;
}
