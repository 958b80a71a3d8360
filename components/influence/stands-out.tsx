"use client";
import { useQuery } from "@tanstack/react-query";
import { personName } from "@/components/account/person";
import { againHref } from "@/components/training-run/train-link";
import { useTRPC } from "@/components/trpc/client";
import { LinkButton } from "@/components/ui/button";
import type { Influence } from "./influence-section";
import { findSuspects } from "./suspects";

/** Whose rows may be holding the run back, why, and the way to find out: the same run once more without them. */
export function StandsOut({ runId, influence }: { runId: string; influence: Influence }) {
  const trpc = useTRPC();
  const run = useQuery(trpc.trainingRun.get.queryOptions({ runId }));
  const own = useQuery(trpc.trainingRun.ownItems.queryOptions({ runId }));
  if (!run.data || influence.contributors.length < 2) return null;
  const suspects = findSuspects(
    influence.contributors.map((group) => ({ ...group, label: personName(group) })),
    own.data ?? [],
  );
  if (suspects.length === 0) return null;
  return (
    <div>
      <h3>What stands out</h3>
      <ul className="mt-2 divide-y divide-line border-y border-line">
        {suspects.map(({ id, label, reasons }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3">
            <p className="min-w-0 max-w-reading flex-1 basis-80">
              {reasons.join(" ")}{" "}
              <span className="text-muted">
                Rows that are wrong look like this, and so do rows that are only harder. A run without them
                tells.
              </span>
            </p>
            <LinkButton href={againHref(run.data, id)}>Try again without {label}</LinkButton>
          </li>
        ))}
      </ul>
    </div>
  );
}
