import { type Column, DataTable } from "@/components/common/data-table";
import { FigureFiles } from "@/components/common/figure-files";
import { formatPoints } from "@/components/common/numbers";
import type { Evaluation } from "./before-after";

type PerLabel = NonNullable<Evaluation["arms"][string]["perLabel"]>;
type Row = { label: string; support: number; before: PerLabel[string]; after: PerLabel[string] };

const points = (key: string, header: string, value: (row: Row) => number): Column<Row> => ({
  key,
  header,
  value,
  cell: (row) => formatPoints(value(row)),
  isNumeric: true,
});

const COLUMNS: Column<Row>[] = [
  { key: "label", header: "Label", value: (row) => row.label },
  { key: "support", header: "Questions", value: (row) => row.support, isNumeric: true },
  points("found-before", "Found before", (row) => row.before.recall),
  points("found", "Found after", (row) => row.after.recall),
  points("true", "True when said", (row) => row.after.precision),
  points("f1-before", "F1 before", (row) => row.before.f1),
  points("f1", "F1 after", (row) => row.after.f1),
];

const MEASURES = ["recall", "precision", "f1"] as const;
const FILE = [
  { key: "label", label: "Label" },
  { key: "support", label: "Questions", isNumeric: true },
  ...MEASURES.flatMap((key) => [
    { key: `${key}-before`, label: `${key} before, 0 to 1`, isNumeric: true },
    { key, label: `${key} after, 0 to 1`, isNumeric: true },
  ]),
];

/** Each label over the whole test, worst first. */
export function LabelTable({ before, after }: { before: PerLabel; after: PerLabel }) {
  const rows = Object.entries(after).flatMap(([label, now]) => {
    const then = before[label];
    return then ? [{ label, support: now.support, before: then, after: now }] : [];
  });
  return (
    <div>
      <div className="flex flex-wrap items-start justify-between gap-x-6">
        <h3>By label</h3>
        <div className="flex gap-1">
          <FigureFiles
            figure={{
              title: "By label",
              columns: FILE,
              rows: rows.map(({ label, support, before: then, after: now }) => ({
                label,
                support,
                ...Object.fromEntries(
                  MEASURES.flatMap((key) => [
                    [`${key}-before`, then[key]],
                    [key, now[key]],
                  ]),
                ),
              })),
            }}
          />
        </div>
      </div>
      <p className="mt-0.5 mb-1 max-w-reading text-sm text-muted">
        Of 100. Found: of the questions with this label, how many got it. True when said: of the answers with
        this label, how many were right. F1 is one number for both. Few questions a label swing a lot.
      </p>
      <DataTable
        caption="Before and after by label"
        columns={COLUMNS}
        rows={rows}
        getKey={(row) => row.label}
        initialSort={{ key: "f1", direction: "asc" }}
        initialRows={12}
        empty={null}
      />
    </div>
  );
}
