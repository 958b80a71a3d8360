import type { Metadata } from "next";
import { ContributeScreen } from "@/components/contribution/contribute-screen";

export const metadata: Metadata = { title: "Contribute" };

export default async function Page({ params }: { params: Promise<{ datanetId: string }> }) {
  return <ContributeScreen datanetId={(await params).datanetId} />;
}
