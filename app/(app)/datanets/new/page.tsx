import type { Metadata } from "next";
import { CreateDatanetScreen } from "@/components/datanet/create-datanet-screen";

export const metadata: Metadata = { title: "Create a Datanet" };

export default function NewDatanetPage() {
  return <CreateDatanetScreen />;
}
