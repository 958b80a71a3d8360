"use client";
import { type ReactNode, useSyncExternalStore } from "react";
import { Link } from "@/components/ui/link";
import type { Run } from "../run-words";

const never = () => () => {};
/** Where the page lies, known in the browser only; a server may be behind another name. */
const useOrigin = () =>
  useSyncExternalStore(
    never,
    () => location.origin,
    () => "",
  );

/** The commands and addresses by which anyone checks the figures, and where this report lies. */
export function ReportRecompute({ run }: { run: Run }) {
  const origin = useOrigin();
  const results = `${origin}/api/runs/${run.id}/results`;
  return (
    <section aria-labelledby="recompute">
      <h2 id="recompute" className="text-lg">
        How to compute it again
      </h2>
      <div className="mt-1 grid max-w-reading gap-3">
        {run.evaluation ? (
          <Step text="The verdict: of every question, sealed ones included, the file says which arm was right. Count those that were fixed and broken; every figure of the verdict follows from the counts.">
            curl -O {results}/evaluation.json
          </Step>
        ) : null}
        <Step text="A run made in a shell keeps its evidence beside its result; from these files alone all of its figures and shares are computed again, and compared.">
          npm run factory -- recompute RUN_DIR
        </Step>
        {run.adapter ? (
          <p>
            The adapter: its{" "}
            <Link className="link" href={`/adapters/${run.adapter.id}`}>
              own page
            </Link>{" "}
            hashes every file anew and, once it is published, compares them with the chain, for anyone who
            presses <em>Re-check</em>.
          </p>
        ) : null}
        <p className="text-sm break-all text-muted">
          This report: {origin}/runs/{run.id}/report
        </p>
      </div>
    </section>
  );
}

function Step({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div>
      <p>{text}</p>
      <pre className="mt-1 rounded-md bg-sunken px-3 py-2 font-mono text-sm break-all whitespace-pre-wrap">
        {children}
      </pre>
    </div>
  );
}
