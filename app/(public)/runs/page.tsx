import type { Metadata } from "next";
import { Prefetch } from "@/app/prefetch";
import { FIRST_PAGE } from "@/components/common/first-page";
import { RunList } from "@/components/training-run/run-list";

export const metadata: Metadata = { title: "Training runs" };

export default function RunsPage() {
  return (
    <Prefetch
      queries={(trpc) => [
        trpc.trainingRun.list.queryOptions(FIRST_PAGE),
        trpc.trainingRun.queue.queryOptions(),
      ]}
    >
      <RunList />
    </Prefetch>
  );
}
