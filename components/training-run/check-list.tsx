import { personName } from "@/components/account/person";
import { formatCount } from "@/components/common/numbers";
import { StatusBadge, type StatusTone } from "@/components/common/status-badge";
import { Link } from "@/components/ui/link";
import { type Run, verdictAndWhole } from "./run-words";

type Check = NonNullable<Run["dryRun"]>["checks"][number];

const VERDICTS: Record<Check["verdict"], { tone: StatusTone; label: string }> = {
  passed: { tone: "good", label: "Passed" },
  careful: { tone: "warn", label: "Look at this" },
  failed: { tone: "bad", label: "Failed" },
};
const NAMES: Record<string, string> = {
  base: "Base model",
  rows: "Rows",
  template: "Template",
  loss: "What is learned",
  longest: "Longest row",
  disk: "Disk",
  memory: "Memory",
  speed: "Speed",
};

/** What the dry run found, check by check, and how long the whole run will take; before anything was signed. */
export function CheckList({ run }: { run: Pick<Run, "dryRun" | "status"> }) {
  const { dryRun } = run;
  if (!dryRun) return null;
  const { estimate } = dryRun;
  return (
    <section>
      <h2 className="text-lg">Checked before anything long</h2>
      {dryRun.isPassed && estimate && run.status === "commit" ? (
        <p className="mt-1 max-w-reading">
          How long it takes: <span className="num">{verdictAndWhole(estimate)}</span>, by the steps just
          measured on this machine. Others that run before it come on top.
        </p>
      ) : null}
      <ul className="mt-3 divide-y divide-line border-y border-line">
        {dryRun.checks.map((check) => (
          <CheckItem key={`${check.check} ${check.message}`} check={check} />
        ))}
      </ul>
    </section>
  );
}

function CheckItem({ check }: { check: Check }) {
  return (
    <li className="grid gap-x-6 gap-y-0.5 py-2 sm:grid-cols-[128px_128px_minmax(0,1fr)]">
      <StatusBadge {...VERDICTS[check.verdict]} className="self-start" />
      <span className="font-medium">{NAMES[check.check] ?? check.check}</span>
      <div className="min-w-0 max-w-reading break-words">
        <p>{check.message}</p>
        {check.rows.length > 0 ? (
          <ul className="mt-1 text-sm">
            {check.rows.map((row) => (
              <li key={row.id}>
                <NamedRow row={row} />
              </li>
            ))}
          </ul>
        ) : null}
        {check.fix ? <p className="mt-1 text-muted">{check.fix}</p> : null}
      </div>
    </li>
  );
}

function NamedRow({ row }: { row: Check["rows"][number] }) {
  const what = row.tokens > 0 ? `${formatCount(row.tokens)} tokens, ${row.becomes}` : row.becomes;
  if (!row.found) return <>A row that is no longer here: {what}</>;
  const { rowNumber, fileName, contributionId, name, address } = row.found;
  return (
    <>
      Row {formatCount(rowNumber)} of{" "}
      <Link className="link" href={`/contributions/${contributionId}`}>
        {fileName}
      </Link>{" "}
      by {personName({ name, address })}: <span className="num">{what}</span>
    </>
  );
}
