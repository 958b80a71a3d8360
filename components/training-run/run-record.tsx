import type { ReactNode } from "react";
import { personName } from "@/components/account/person";
import { HashLink } from "@/components/common/hash-link";
import { formatSeconds } from "@/components/common/numbers";
import { TimeAgo } from "@/components/common/time-ago";
import { Hypothesis } from "@/components/evaluation/hypothesis";
import { droppedSentence } from "./mix-words";
import { type Run, stagesOf } from "./run-words";

const RESULTS = [
  { file: "evaluation.json", label: "evaluation" },
  { file: "ability.json", label: "general ability" },
  { file: "harness-base.json", label: "base, as lm-evaluation-harness writes it" },
  { file: "harness-tuned.json", label: "adapter, the same" },
];

/** What was fixed before the first step, the hashes of all that was used and made, and how long each stage took. */
export function RunRecord({ run }: { run: Run }) {
  const { sources, transaction } = run;
  const dropped = droppedSentence(run.dropped);
  const times = stagesOf(run).filter(({ stage }) => stage in run.stageSeconds);
  return (
    <dl className="mt-3 grid grid-cols-1 gap-x-6 gap-y-0.5 sm:grid-cols-[160px_minmax(0,1fr)] sm:gap-y-2">
      <Fact name="Started by">
        {personName(run.builder)}, <TimeAgo at={run.createdAt} />
      </Fact>
      <Fact name="Set out to show">
        <Hypothesis>{run.hypothesis}</Hypothesis>
      </Fact>
      <Fact name="Committed hash">
        {run.kind === "measure" ? (
          "Not announced on the chain: nothing is published from it"
        ) : (
          <>
            <HashLink value={run.runCommit} label="run commitment" />
            {transaction ? ` (${transaction.status})` : ""}
          </>
        )}
      </Fact>
      {transaction ? (
        <Fact name="Its transaction">
          <HashLink value={transaction.hash} label="transaction" />
        </Fact>
      ) : null}
      {run.commitSalt && run.kind !== "measure" ? (
        <Fact name="Salt, revealed">
          <HashLink value={run.commitSalt} label="commitment salt" />
        </Fact>
      ) : null}
      {sources.some(({ splitSha256 }) => splitSha256) ? (
        <Fact name="Split">
          {sources.map(({ snapshotId, name, splitSha256 }) => (
            <span key={snapshotId} className="block">
              <HashLink value={splitSha256 ?? ""} label="split hash" />
              {sources.length > 1 ? <span className="text-muted"> of {name}</span> : null}
            </span>
          ))}
        </Fact>
      ) : null}
      {run.evaluation ? (
        <Fact name="Results as files">
          <span className="flex flex-wrap gap-x-4">
            {RESULTS.filter(({ file }) => file !== "ability.json" || run.hasAbility).map(
              ({ file, label }) => (
                <a
                  key={file}
                  className="link inline-block py-1"
                  href={`/api/runs/${run.id}/results/${file}`}
                  download
                >
                  {label}
                </a>
              ),
            )}
          </span>
        </Fact>
      ) : null}
      {dropped ? <Fact name="Tests kept apart">{dropped}</Fact> : null}
      <Fact name="Settings">
        <HashLink value={run.configHash} label="settings hash" />{" "}
        {run.kind === "measure" ? "no training" : `${run.preset}, seed ${run.seed}`}
      </Fact>
      <Fact name="Base model">
        {run.baseId} <HashLink value={run.baseHash} label="base model hash" />
      </Fact>
      {run.adapter ? (
        <Fact name="Adapter file">
          <HashLink value={run.adapter.sha256} label="adapter hash" href={`/adapters/${run.adapter.id}`} />
          {run.adapter.isOfEarlierRun && run.kind !== "measure" ? (
            <span className="text-muted"> the very same file as an earlier run with these settings made</span>
          ) : null}
        </Fact>
      ) : null}
      {times.length > 0 ? (
        <Fact name="Time">
          {times
            .map(({ stage, name }) => `${name} ${formatSeconds(run.stageSeconds[stage] ?? 0)}`)
            .join(", ")}
        </Fact>
      ) : null}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="mb-2 min-w-0 sm:mb-0">{children}</dd>
    </>
  );
}
