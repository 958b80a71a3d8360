import type { Metadata } from "next";
import { JudgeScreen } from "@/components/judgement/judge-screen";

export const metadata: Metadata = { title: "Judge" };

export default async function Page({ params }: { params: Promise<{ runId: string }> }) {
  return <JudgeScreen runId={(await params).runId} />;
}
