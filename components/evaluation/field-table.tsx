import { type Column, DataTable } from "@/components/common/data-table";
import { FigureFiles } from "@/components/common/figure-files";
import { formatPoints } from "@/components/common/numbers";
import type { Evaluation } from "./before-after";
import { signedPoints } from "./headline";

type Change = NonNullable<Evaluation["fields"]>[number];
type Rate = { rate: number; low: number; high: number };
type Row = Change & { before: Rate; after: Rate };

const rate = (key: "before" | "after", header: string): Column<Row> => ({
  key,
  header,
  value: (row) => row[key].rate,
  cell: (row) => (
    <span className="whitespace-nowrap">
      {formatPoints(row[key].rate)}{" "}
      <span className="text-muted">
        ({formatPoints(row[key].low)} to {formatPoints(row[key].high)})
      </span>
    </span>
  ),
  isNumeric: true,
});

const COLUMNS: Column<Row>[] = [
  { key: "field", header: "Field", value: (row) => row.field },
  rate("before", "Before"),
  rate("after", "After"),
  {
    key: "difference",
    header: "Change",
    value: (row) => row.difference,
    cell: (row) => (
      <span className="whitespace-nowrap">
        {signedPoints(row.difference)}{" "}
        <span className="text-muted">
          ({signedPoints(row.low)} to {signedPoints(row.high)})
        </span>
      </span>
    ),
    isNumeric: true,
  },
  { key: "fixed", header: "Fixed", value: (row) => row.fixed, isNumeric: true },
  { key: "broken", header: "Broken", value: (row) => row.broken, isNumeric: true },
  {
    key: "p",
    header: "Told from chance",
    value: (row) => row.pHolm,
    cell: (row) => (row.pHolm < 0.05 ? (row.difference > 0 ? "yes, better" : "yes, worse") : "no"),
  },
];

const figureOf = (rows: Row[]) => ({
  title: "Field by field",
  columns: [
    { key: "field", label: "Field" },
    ...["Before", "After", "Difference"].flatMap((name) => [
      { key: name, label: `${name}, 0 to 1`, isNumeric: true },
      { key: `${name} low`, label: `${name}, low`, isNumeric: true },
      { key: `${name} high`, label: `${name}, high`, isNumeric: true },
    ]),
    { key: "fixed", label: "Fixed", isNumeric: true },
    { key: "broken", label: "Broken", isNumeric: true },
    { key: "p", label: "p after Holm", isNumeric: true },
  ],
  rows: rows.map(({ field, before, after, difference, low, high, fixed, broken, pHolm }) => ({
    field,
    ...withInterval("Before", before),
    ...withInterval("After", after),
    ...withInterval("Difference", { rate: difference, low, high }),
    fixed,
    broken,
    p: pHolm,
  })),
});
const withInterval = (name: string, { rate: value, low, high }: Rate) => ({
  [name]: value,
  [`${name} low`]: low,
  [`${name} high`]: high,
});

/** Each field over the whole test, what changed least first; p values are adjusted for looking at several (Holm). */
export function FieldTable({ evaluation: { arms, fields = [] } }: { evaluation: Evaluation }) {
  const [before, after] = [arms.base?.perField, arms.tuned?.perField];
  if (!before || !after) return null;
  const rows = fields.map((change) => ({
    ...change,
    before: before[change.field]!,
    after: after[change.field]!,
  }));
  return (
    <div>
      <div className="flex flex-wrap items-start justify-between gap-x-6">
        <h3>Field by field</h3>
        <div className="flex gap-1">
          <FigureFiles figure={figureOf(rows)} />
        </div>
      </div>
      <p className="mt-0.5 mb-1 max-w-reading text-sm text-muted">
        Right of 100 texts, with the 95 % interval: the same value but for case, spaces and signs around it.
        “Told from chance” is corrected for looking at several at once. The verdict goes by all fields
        together.
      </p>
      <DataTable
        caption="Before and after by field"
        columns={COLUMNS}
        rows={rows}
        getKey={(row) => row.field}
        initialSort={{ key: "difference", direction: "asc" }}
        empty={null}
      />
    </div>
  );
}
