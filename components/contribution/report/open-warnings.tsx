import { formatCount } from "../../common/numbers";
import { StatusBadge } from "../../common/status-badge";
import { openWarnings, type ReportLine } from "./report-lines";

/** More are counted: the report behind the window lists them all. */
const MOST = 4;

/** What stays open when the rows are submitted as they are. */
export function OpenWarnings({ lines }: { lines: readonly ReportLine[] }) {
  const open = openWarnings(lines);
  if (open.length === 0) return null;
  const rest = open.length - MOST;
  return (
    <div>
      <p>Still open in the report:</p>
      <ul className="mt-2 grid gap-1">
        {open.slice(0, MOST).map(({ code, title }) => (
          <li key={code}>
            <StatusBadge tone="warn" label={title} className="items-start whitespace-normal [&>svg]:mt-1" />
          </li>
        ))}
      </ul>
      {rest > 0 ? <p className="mt-1 text-sm text-muted">and {formatCount(rest)} more</p> : null}
    </div>
  );
}
