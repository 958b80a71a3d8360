import { personName } from "@/components/account/person";
import { type Column, DataTable } from "@/components/common/data-table";
import { formatCount } from "@/components/common/numbers";
import { Stat } from "@/components/common/stat";
import { powerSentence } from "@/components/evaluation/power-sentence";
import type { Version } from "./version-screen";

type Row = Version["contributions"][number];

const by = (row: Row) => personName({ name: row.contributorName, address: row.contributorAddress });

const COLUMNS: Column<Row>[] = [
  { key: "file", header: "Contribution", value: (row) => row.fileName },
  {
    key: "by",
    header: "From",
    value: by,
  },
  { key: "rows", header: "Rows", value: (row) => row.rows, isNumeric: true },
  { key: "train", header: "Train", value: (row) => row.train, isNumeric: true },
  { key: "validation", header: "Validation", value: (row) => row.validation, isNumeric: true },
  { key: "test", header: "Test", value: (row) => row.test, isNumeric: true },
  { key: "removed", header: "Removed", value: (row) => row.removed, isNumeric: true },
];

/** Where the rows went, what was removed and why, and what the test can show. */
export function SplitSummary({ version }: { version: Version }) {
  const split = version.split!;
  const shown = split.test - split.sealed;
  return (
    <section>
      <h2 className="text-lg">Split</h2>
      <p className="mt-1 max-w-reading text-muted">
        {formatCount(split.clusters)} independent groups of rows. Near-duplicates and rows from one source
        stay together, so nothing in the test was seen in training.
      </p>
      <dl className="mt-4 grid grid-cols-2 gap-6 sm:grid-cols-4">
        <Stat label="Train" value={formatCount(split.train)} note="rows to learn from" />
        <Stat label="Validation" value={formatCount(split.validation)} note="to stop at the right moment" />
        <Stat
          label="Test"
          value={formatCount(split.test)}
          note={`${formatCount(split.sealed)} sealed, ${formatCount(shown)} may be shown`}
        />
        <Stat label="Removed" value={formatCount(split.removed)} note="would leak the test" />
      </dl>
      {version.removed.length > 0 ? (
        <ul className="mt-4 max-w-reading list-disc pl-5">
          {version.removed.map((item) => (
            <li key={item.reason}>
              <span className="num">{formatCount(item.rows)}</span> removed: {item.sentence}
            </li>
          ))}
        </ul>
      ) : null}
      {version.power ? <p className="mt-4 max-w-reading">{powerSentence(version.power)}</p> : null}
      <div className="mt-6">
        <DataTable
          caption="Rows of this version by contribution"
          columns={COLUMNS}
          rows={version.contributions}
          getKey={(row) => row.contributionId}
          filter={{ label: "Filter by file or person", text: (row) => `${row.fileName} ${by(row)}` }}
          empty={null}
        />
      </div>
    </section>
  );
}
