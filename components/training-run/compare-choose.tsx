"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useDeferredValue, useState } from "react";
import { EmptyState } from "@/components/common/empty-state";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { PageHeader } from "@/components/common/page-header";
import { signedPoints } from "@/components/evaluation/headline";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { Button, LinkButton } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { MEASURED } from "./measured";
import { trainedOn } from "./run-columns";

type Item = RouterOutputs["trainingRun"]["list"]["items"][number];
/** `name` is null until it was seen in the list. */
type Choice = { id: string; name: string | null };

/** Which two runs to compare; `a` and `b` are what the address says already. Only measured runs can be chosen. */
export function CompareChoose({ a, b }: { a: string | null; b: string | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [first, setFirst] = useState<Choice | null>(a ? { id: a, name: null } : null);
  const [second, setSecond] = useState<Choice | null>(b ? { id: b, name: null } : null);
  const [search, setSearch] = useState("");
  const words = useDeferredValue(search.trim());
  const { data, error, refetch, isPlaceholderData } = useQuery(
    trpc.trainingRun.list.queryOptions(
      { ...MEASURED, search: words || undefined },
      { placeholderData: keepPreviousData },
    ),
  );
  if (error) return <ErrorCallout error={error} onRetry={refetch} />;
  if (!data) return <Skeleton className="h-48" />;
  if (data.total < 2 && !words && !isPlaceholderData) {
    return (
      <EmptyState
        title="There are not two measured runs yet"
        body="A run can be compared once its test was taken."
        action={<LinkButton href="/runs">See the runs</LinkButton>}
      />
    );
  }
  const select = (chosen: Choice | null, other: Choice | null, choose: (choice: Choice | null) => void) => (
    <Select
      value={chosen?.id ?? ""}
      onChange={({ target }) =>
        choose(target.value ? { id: target.value, name: target.selectedOptions[0]!.text } : null)
      }
    >
      <option value="">Choose a run</option>
      {choicesOf(data.items, chosen)
        .filter(({ id }) => id !== other?.id)
        .map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
    </Select>
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
          router.push(`/runs/compare?a=${first!.id}&b=${second!.id}`);
        }}
      >
        {data.total > data.items.length || words ? (
          <Field
            label="Find runs by adapter, Datanet, person, base or preset"
            hint={
              data.total > data.items.length
                ? `The newest ${data.items.length} of ${formatCount(data.total)} can be chosen below; type to find others.`
                : `${formatCount(data.total)} can be chosen below.`
            }
          >
            <Input
              type="search"
              maxLength={100}
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          </Field>
        ) : null}
        <Field label="First">{select(first, second, setFirst)}</Field>
        <Field label="Second">{select(second, first, setSecond)}</Field>
        <div>
          <Button type="submit" variant="primary" disabled={!first || !second}>
            Compare
          </Button>
        </div>
      </form>
    </>
  );
}

/** The runs listed, and the chosen one where it is not among them. */
function choicesOf(items: Item[], chosen: Choice | null) {
  const listed = items.map((run) => ({ id: run.id, name: nameOf(run) }));
  if (!chosen || listed.some(({ id }) => id === chosen.id)) return listed;
  return [{ id: chosen.id, name: chosen.name ?? "The run that you came from" }, ...listed];
}

const nameOf = (run: Item) =>
  `${run.adapterName ? `${run.adapterName}: ` : ""}${trainedOn(run)}, ` +
  `${run.kind === "measure" ? "made elsewhere" : run.preset} on ${run.baseId}, ` +
  `${run.createdAt.toISOString().slice(0, 16).replace("T", " ")}` +
  `${run.difference === null ? "" : `, ${signedPoints(run.difference)} of 100`}`;
