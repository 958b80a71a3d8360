"use client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { EmptyState } from "@/components/common/empty-state";
import { ErrorCallout } from "@/components/common/error-callout";
import { PageHeader } from "@/components/common/page-header";
import { signedPoints } from "@/components/evaluation/headline";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { Button, LinkButton } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { trainedOn } from "./run-columns";

type Item = RouterOutputs["trainingRun"]["list"]["items"][number];

/** Which two runs to compare; `a` and `b` are what the address says already. Only measured runs can be chosen. */
export function CompareChoose({ a, b }: { a: string | null; b: string | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [first, setFirst] = useState(a ?? "");
  const [second, setSecond] = useState(b ?? "");
  const { data, error, refetch } = useQuery(trpc.trainingRun.list.queryOptions({ limit: 100 }));
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-48" />;
  const runs = data.items.filter(({ verdict }) => verdict !== null);
  if (runs.length < 2) {
    return (
      <EmptyState
        title="There are not two measured runs yet"
        body="A run can be compared once its test was taken."
        action={<LinkButton href="/runs">See the runs</LinkButton>}
      />
    );
  }
  const options = (other: string) => (
    <>
      <option value="">Choose a run</option>
      {runs
        .filter(({ id }) => id !== other)
        .map((run) => (
          <option key={run.id} value={run.id}>
            {nameOf(run)}
          </option>
        ))}
    </>
  );
  return (
    <>
      <PageHeader
        noun="Training runs"
        title="Compare two runs"
        sentence="They are compared on the questions that both were asked."
      />
      <form
        className="grid max-w-3xl grid-cols-1 gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          router.push(`/runs/compare?a=${first}&b=${second}`);
        }}
      >
        <Field label="First">
          <Select value={first} onChange={(event) => setFirst(event.target.value)}>
            {options(second)}
          </Select>
        </Field>
        <Field label="Second">
          <Select value={second} onChange={(event) => setSecond(event.target.value)}>
            {options(first)}
          </Select>
        </Field>
        <div>
          <Button type="submit" variant="primary" disabled={!first || !second}>
            Compare
          </Button>
        </div>
      </form>
    </>
  );
}

const nameOf = (run: Item) =>
  `${trainedOn(run)}, ${run.preset} on ${run.baseId}, ` +
  `${run.createdAt.toISOString().slice(0, 16).replace("T", " ")}` +
  `${run.difference === null ? "" : `, ${signedPoints(run.difference)} of 100`}`;
