import { personName } from "@/components/account/person";
import { Link } from "@/components/ui/link";
import type { Run } from "./run-words";

/** Where a run's settings came from and whom it leaves out, with the way to compare. */
export function RunOrigin({ run }: { run: Run }) {
  const out = run.excluded.map(personName).join(", ");
  const without = out ? ` without the rows of ${out}` : "";
  const { parentRunId } = run;
  if (!parentRunId) return out ? <p className="max-w-reading">Trained{without}.</p> : null;
  const parent = (
    <Link className="link" href={`/runs/${parentRunId}`}>
      {run.kind === "removal" ? "a training run" : "an earlier run"}
    </Link>
  );
  if (run.kind === "trace")
    return (
      <p className="max-w-reading">
        The training of{" "}
        <Link className="link" href={`/runs/${parentRunId}#influence`}>
          a run
        </Link>{" "}
        taken again and followed back to its rows. What it found stands on that run’s page.
      </p>
    );
  return (
    <p className="max-w-reading">
      {run.kind === "removal" ? (
        <>
          A check by retraining: {parent} once more{without}. It is not published.
        </>
      ) : (
        <>
          It took over the settings of {parent}
          {without ? "," : ""}
          {without}.
        </>
      )}{" "}
      {run.evaluation ? (
        <Link className="link" href={`/runs/compare?a=${parentRunId}&b=${run.id}`}>
          Compare with the run it came from
        </Link>
      ) : null}
    </p>
  );
}
