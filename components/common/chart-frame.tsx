"use client";
import { type ReactNode, useId, useState } from "react";
import { Button } from "../ui/button";
import { Table, Td, Th } from "../ui/table";
import { type Figure, FigureFiles } from "./figure-files";

type ChartFrameProps = Figure & {
  /** What the picture shows, in words, for everyone. */
  summary: string;
  /** The picture: an SVG among it needs role="img" and a name; its numbers are one press away in the table. */
  children: ReactNode;
};

/** Every chart has a table behind it, a CSV and a JSON. */
export function ChartFrame({ title, summary, columns, rows, children }: ChartFrameProps) {
  const [isTable, setIsTable] = useState(false);
  const titleId = useId();
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
          <FigureFiles figure={{ title, columns, rows }} />
        </div>
      </figcaption>
      {isTable ? <ChartTable title={title} columns={columns} rows={rows} /> : children}
    </figure>
  );
}

function ChartTable({ title, columns, rows }: Figure) {
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
