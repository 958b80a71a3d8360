"use client";
import { Button } from "../ui/button";
import { type Cell, downloadText, toCsv } from "./csv";

export type FigureColumn = { key: string; label: string; isNumeric?: boolean };
export type Figure = { title: string; columns: FigureColumn[]; rows: Record<string, Cell>[] };

/** The numbers of a chart or table as CSV and as JSON, named after it. */
export function FigureFiles({ figure }: { figure: Figure }) {
  const { title, columns, rows } = figure;
  const name = title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const downloadJson = () =>
    downloadText(`${name}.json`, `${JSON.stringify(figure, null, 2)}\n`, "application/json");
  const downloadCsv = () => {
    const body = rows.map((row) => columns.map((column) => row[column.key]));
    const head = columns.map((column) => column.label);
    downloadText(`${name}.csv`, toCsv(head, body), "text/csv");
  };
  return (
    <>
      <Button size="sm" variant="ghost" aria-label={`CSV of ${title}`} onClick={downloadCsv}>
        CSV
      </Button>
      <Button size="sm" variant="ghost" aria-label={`JSON of ${title}`} onClick={downloadJson}>
        JSON
      </Button>
    </>
  );
}
