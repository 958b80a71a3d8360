import type { Metadata } from "next";
import { RunScreen } from "@/components/training-run/run-screen";

export const metadata: Metadata = { title: "Training run" };

export default async function RunPage({ params }: { params: Promise<{ runId: string }> }) {
  return <RunScreen runId={(await params).runId} />;
}
