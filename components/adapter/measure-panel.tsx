"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ErrorCallout } from "@/components/common/error-callout";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { Button, LinkButton } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";

/** Of an adapter made elsewhere: what its files say, and for its importer the way to a verdict. */
export function MadeElsewhere({ adapter }: { adapter: RouterOutputs["adapter"]["get"] }) {
  const { imported } = adapter;
  if (!imported) return null;
  return (
    <section className="mt-8" aria-label="Made elsewhere">
      <h2 className="text-lg">Made elsewhere</h2>
      <p className="max-w-reading text-muted">
        Nothing is known here of its training data, so there is no influence and nobody is credited.
        {imported.source ? ` Its importer says it comes from: ${imported.source}` : ""}
      </p>
      <p className="num mt-2 max-w-reading text-sm text-muted">
        Rank {imported.rank}, alpha {imported.alpha}, on {imported.modules.join(", ")}; {imported.tensors}{" "}
        tensors of {imported.dtype}, all finite, in the shapes of this base.
        {imported.statedBase ? ` Its own file names the base ${imported.statedBase}.` : ""}
      </p>
      {adapter.isBuilder ? <Measure adapterId={adapter.id} isAgain={adapter.runId !== null} /> : null}
    </section>
  );
}

function Measure({ adapterId, isAgain }: { adapterId: string; isAgain: boolean }) {
  const trpc = useTRPC();
  const router = useRouter();
  const versions = useQuery(trpc.adapter.measurable.queryOptions());
  const [snapshotId, setSnapshotId] = useState("");
  const start = useMutation(
    trpc.trainingRun.measure.mutationOptions({ onSuccess: ({ runId }) => router.push(`/runs/${runId}`) }),
  );
  if (versions.error)
    return <ErrorCallout className="mt-4" error={versions.error} onRetry={versions.refetch} />;
  if (!versions.data) return <Skeleton className="mt-4 h-16" />;
  if (versions.data.length === 0) {
    return (
      <p className="mt-4">
        To measure it, join a Datanet with a frozen version.{" "}
        <LinkButton size="sm" href="/datanets">
          See the Datanets
        </LinkButton>
      </p>
    );
  }
  const chosen = snapshotId || versions.data[0]!.snapshotId;
  return (
    <div className="mt-4 grid max-w-reading gap-3">
      <Field
        label="Locked test of"
        hint="The base and the adapter are asked the same questions; the verdict is reckoned as for every run. It counts as one more opening of the test."
      >
        <Select value={chosen} onChange={(event) => setSnapshotId(event.target.value)}>
          {versions.data.map((version) => (
            <option key={version.snapshotId} value={version.snapshotId}>
              {version.datanet}, version {version.version} ({version.questions} questions)
            </option>
          ))}
        </Select>
      </Field>
      {start.error ? <ErrorCallout error={start.error} /> : null}
      <div>
        <Button
          variant="primary"
          isBusy={start.isPending}
          busyLabel="Starting…"
          onClick={() => start.mutate({ adapterId, snapshotId: chosen })}
        >
          {isAgain ? "Measure it again" : "Measure it"}
        </Button>
      </div>
    </div>
  );
}
