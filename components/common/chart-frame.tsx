"use client";
import { type ReactNode, useId, useState } from "react";
import { Button } from "../ui/button";
import { Table, Td, Th } from "../ui/table";
import { type Cell, downloadText, toCsv } from "./csv";

export type ChartColumn = { key: string; label: string; isNumeric?: boolean };

type ChartFrameProps = {
  title: string;
  /** What the picture shows, in words, for everyone. */
  summary: string;
  columns: ChartColumn[];
  rows: Record<string, Cell>[];
  /** The picture: an SVG among it needs role="img" and a name; its numbers are one press away in the table. */
  children: ReactNode;
};

/** Every chart has a table behind it, a CSV and a JSON. */
export function ChartFrame({ title, summary, columns, rows, children }: ChartFrameProps) {
  const [isTable, setIsTable] = useState(false);
  const titleId = useId();
  const name = title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const downloadJson = () =>
    downloadText(
      `${name}.json`,
      `${JSON.stringify({ title, columns, rows }, null, 2)}\n`,
      "application/json",
    );
  const downloadCsv = () => {
    const body = rows.map((row) => columns.map((column) => row[column.key]));
    downloadText(
      `${name}.csv`,
      toCsv(
        columns.map((column) => column.label),
        body,
      ),
      "text/csv",
    );
  };
  return (
    <figure aria-labelledby={titleId}>
      <figcaption className="mb-3 flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <h3 id={titleId}>{title}</h3>
          <p className="mt-0.5 max-w-reading text-sm text-muted">{summary}</p>
        </div>
        <div className="flex gap-1">
          <Button size="sm" variant="ghost" aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>
            {isTable ? "Chart" : "Table"}
          </Button>
          <Button size="sm" variant="ghost" onClick={downloadCsv}>
            CSV
          </Button>
          <Button size="sm" variant="ghost" onClick={downloadJson}>
            JSON
          </Button>
        </div>
      </figcaption>
      {isTable ? <ChartTable title={title} columns={columns} rows={rows} /> : children}
    </figure>
  );
}

function ChartTable({ title, columns, rows }: Pick<ChartFrameProps, "title" | "columns" | "rows">) {
  return (
    <Table caption={title}>
      <thead>
        <tr>
          {columns.map((column) => (
            <Th key={column.key} isNumeric={column.isNumeric}>
              {column.label}
            </Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a drawn chart have no id and keep their order
          <tr key={index}>
            {columns.map((column) => (
              <Td key={column.key} isNumeric={column.isNumeric}>
                {String(row[column.key] ?? "")}
              </Td>
            ))}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
