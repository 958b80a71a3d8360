import { StatusBadge } from "@/components/common/status-badge";
import type { RouterOutputs } from "@/components/trpc/client";
import { Spinner } from "@/components/ui/button";

type Publication = NonNullable<RouterOutputs["publication"]["ofAdapter"]>;

/** The gate's checks in words; while they run it says what is going on. */
export function PublishChecks({
  status,
  checks,
}: {
  status: Publication["status"];
  checks: Publication["checks"];
}) {
  if (status === "checking") {
    return (
      <p role="status" className="flex items-center gap-2 text-muted">
        <Spinner />
        Hashing the files, loading the adapter again and asking it the golden questions. About ten seconds, or
        longer while a training run is on.
      </p>
    );
  }
  return (
    <ul className="divide-y divide-line border-y border-line">
      {checks.map((check) => (
        <li key={check.name} className="flex items-start justify-between gap-4 py-2.5">
          <span>
            <span className="font-medium">{check.name}</span>
            <span className="block text-sm break-words text-muted">{check.detail}</span>
          </span>
          <StatusBadge tone={check.ok ? "good" : "bad"} label={check.ok ? "Holds" : "Does not hold"} />
        </li>
      ))}
    </ul>
  );
}
