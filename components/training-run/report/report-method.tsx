import { formatCount } from "@/components/common/numbers";
import { RunRecord } from "../run-record";
import type { Run } from "../run-words";

/** How many questions, clusters and seeds a figure rests on, then the record with its hashes. */
export function ReportMethod({ run }: { run: Run }) {
  return (
    <section aria-labelledby="method">
      <h2 id="method" className="text-lg">
        How it was measured
      </h2>
      <div className="num mt-1 grid max-w-reading gap-1">
        {run.sources.map(({ snapshotId, name, version, split }) =>
          split ? (
            <p key={snapshotId}>
              {name}, version {version}: {formatCount(split.train)} rows to train on,{" "}
              {formatCount(split.validation)} to choose by, {formatCount(split.test)} to test on, of which{" "}
              {formatCount(split.sealed)} stay sealed. Near-copies, conversations and source documents form{" "}
              {formatCount(split.clusters)} clusters; none lies on two sides, and the test holds one row of
              each of its own.
            </p>
          ) : null,
        )}
        <p>
          Every arm was asked the same questions in the same way. One seed ({run.seed}): the verdict is about
          this adapter, not about every adapter that these rows could make.
        </p>
      </div>
      <RunRecord run={run} />
    </section>
  );
}
