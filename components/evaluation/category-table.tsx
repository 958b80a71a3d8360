import { type Column, DataTable } from "@/components/common/data-table";
import { formatPoints } from "@/components/common/numbers";
import type { Evaluation } from "./before-after";

type Row = Evaluation["categories"][number];

const COLUMNS: Column<Row>[] = [
  { key: "category", header: "Category", value: (row) => row.category || "(none)" },
  { key: "n", header: "Questions", value: (row) => row.n, isNumeric: true },
  {
    key: "base",
    header: "Before, of 100",
    value: (row) => row.base,
    cell: (row) => formatPoints(row.base),
    isNumeric: true,
  },
  {
    key: "tuned",
    header: "After, of 100",
    value: (row) => row.tuned,
    cell: (row) => formatPoints(row.tuned),
    isNumeric: true,
  },
  { key: "fixed", header: "Fixed", value: (row) => row.fixed, isNumeric: true },
  { key: "broken", header: "Broken", value: (row) => row.broken, isNumeric: true },
  {
    key: "p",
    header: "Told from chance",
    value: (row) => row.pHolm,
    cell: (row) => (row.pHolm < 0.05 ? (row.fixed > row.broken ? "yes, better" : "yes, worse") : "no"),
  },
];

/** Totals per category over the whole test; p values are adjusted for looking at several (Holm). */
export function CategoryTable({ categories }: { categories: Row[] }) {
  return (
    <div>
      <h3>By category</h3>
      <p className="mt-0.5 mb-1 max-w-reading text-sm text-muted">
        Small groups swing a lot. “Told from chance” is corrected for looking at several at once.
      </p>
      <DataTable
        caption="Before and after by category"
        columns={COLUMNS}
        rows={categories}
        getKey={(row) => row.category}
        initialSort={{ key: "broken", direction: "desc" }}
        initialRows={12}
        empty={null}
      />
    </div>
  );
}
