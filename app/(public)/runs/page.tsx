import type { Metadata } from "next";
import { RunList } from "@/components/training-run/run-list";

export const metadata: Metadata = { title: "Training runs" };

export default function RunsPage() {
  return <RunList />;
}
