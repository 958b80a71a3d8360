import { FileRefused, problem } from "../codes";
import { tableHead } from "../dialect";
import { LIMITS } from "../limits";
import type { Entry } from "../parse";
import type { CountBytes, ReaderQuestion } from "./reader";
import { readFormats } from "./sheet-formats";
import { type CellWords, readSharedStrings, readSheet, readXml, type SheetRow } from "./sheet-xml";
import type { Archive } from "./zip";

type Sheet = { name: string; part: string };
export type XlsxTable = {
  columns: string[];
  questions: ReaderQuestion[];
  entries(count: CountBytes): AsyncGenerator<Entry>;
};

/** For looking whether a sheet holds anything: no text is needed for that. */
const ANY_TEXT: CellWords = { shared: new Proxy([], { get: () => "x" }), shown: () => "x" };

/**
 * Reads one sheet of an Excel workbook: the asked one, else the first that holds rows; with several of those it asks.
 * Own code over yauzl and saxes because readers of whole workbooks keep every cell in memory; here only the shared
 * texts are. Throws FILE_CORRUPT, ARCHIVE_TOO_LARGE, SHEET_MISSING, FILE_EMPTY and what a header is refused for.
 */
export async function openXlsx(
  zip: Archive,
  options: { sheet?: string; hasHeader?: boolean; maxBytes: number; fileBytes: number },
): Promise<XlsxTable> {
  const { maxBytes } = options;
  const sheets = await readSheets(zip, maxBytes);
  const filled: Sheet[] = [];
  for (const sheet of sheets) if (await holdsRows(zip, sheet, maxBytes)) filled.push(sheet);
  const names = filled.map((sheet) => sheet.name);
  if (options.sheet !== undefined && !names.includes(options.sheet)) {
    throw new FileRefused(problem("SHEET_MISSING", { sheet: options.sheet, sheets: names }));
  }
  const sheet = filled.find(({ name }) => name === options.sheet) ?? filled[0];
  if (sheet === undefined) throw new FileRefused(problem("FILE_EMPTY", { bytes: options.fileBytes }));
  const words = {
    shared: zip.files.has("xl/sharedStrings.xml")
      ? await readSharedStrings(
          zip.stream("xl/sharedStrings.xml", Math.min(maxBytes, LIMITS.sharedStringBytes)),
        )
      : [],
    shown: await readFormats(zip, maxBytes),
  };
  const rows = () => readSheet(zip.stream(sheet.part, maxBytes), words);
  const first = await firstRows(rows());
  const width = first[0]!.cells.at(-1)!.column + 1;
  if (width > LIMITS.columns) throw new FileRefused(problem("TOO_MANY_COLUMNS", { columns: width }));
  const head = tableHead(
    first.map((row) => padded(row, width)),
    options.hasHeader,
  );
  const columns = head.hasHeader ? head.columns : numbered(Math.max(...first.map(widthOf)));
  const questions: ReaderQuestion[] =
    filled.length > 1
      ? [{ role: "sheet", question: "Several sheets hold rows. Which one is it?", options: names }]
      : [];

  async function* entries(count: CountBytes): AsyncGenerator<Entry> {
    let rowNumber = 0;
    let isHeaderPending = head.hasHeader;
    for await (const row of rows()) {
      if (isHeaderPending) {
        isHeaderPending = false;
        continue;
      }
      rowNumber += 1;
      if (rowNumber % 1000 === 0) count(options.fileBytes);
      yield toEntry(row, rowNumber, columns);
    }
    count(options.fileBytes);
  }
  return { columns, questions, entries };
}

const widthOf = (row: SheetRow) => row.cells.at(-1)!.column + 1;
const numbered = (width: number) =>
  Array.from({ length: Math.min(width, LIMITS.columns) }, (_, i) => `column ${i + 1}`);

function padded(row: SheetRow, width: number): string[] {
  const cells = Array<string>(width).fill("");
  for (const { column, text } of row.cells) if (column < width) cells[column] = text;
  return cells;
}

async function firstRows(rows: AsyncGenerator<SheetRow>): Promise<SheetRow[]> {
  const first: SheetRow[] = [];
  for await (const row of rows) if (first.push(row) >= LIMITS.probeRows) break;
  return first;
}

/** A row's line is the row of the sheet. */
function toEntry(row: SheetRow, rowNumber: number, columns: readonly string[]): Entry {
  const cells = padded(row, columns.length);
  const written = row.cells.map(({ text }) => text).join("\t");
  const raw = written.length > LIMITS.rawChars ? `${written.slice(0, LIMITS.rawChars)}…` : written;
  const base = { rowNumber, line: row.number, raw };
  const found = widthOf(row);
  if (found > columns.length) {
    const details = { row: rowNumber, line: row.number, found, expected: columns.length };
    return { ...base, kind: "problem", problem: problem("CSV_FIELDS", details, { row: rowNumber }) };
  }
  const fields: Record<string, unknown> = Object.create(null);
  columns.forEach((name, i) => {
    fields[name] = cells[i];
  });
  return { ...base, kind: "row", fields };
}

async function holdsRows(zip: Archive, sheet: Sheet, maxBytes: number): Promise<boolean> {
  for await (const _ of readSheet(zip.stream(sheet.part, maxBytes), ANY_TEXT)) return true;
  return false;
}

/** The workbook's sheets in its order. */
async function readSheets(zip: Archive, maxBytes: number): Promise<Sheet[]> {
  const targets = new Map<string, string>();
  if (zip.files.has("xl/_rels/workbook.xml.rels")) {
    await tags(zip, "xl/_rels/workbook.xml.rels", maxBytes, (name, { Id, Target }) => {
      if (name === "Relationship" && Id !== undefined && Target !== undefined) {
        targets.set(Id, Target.startsWith("/") ? Target.slice(1) : `xl/${Target.replace(/^\.\//, "")}`);
      }
    });
  }
  const sheets: Sheet[] = [];
  await tags(zip, "xl/workbook.xml", maxBytes, (tag, attributes) => {
    if (tag !== "sheet") return;
    const id = attributes["r:id"] ?? Object.entries(attributes).find(([key]) => /:id$/.test(key))?.[1];
    const part = targets.get(id ?? "");
    // A sheet of charts has no part of its own kind, and no rows.
    if (part !== undefined && zip.files.has(part) && !part.includes("chartsheet")) {
      sheets.push({ name: attributes.name ?? `sheet ${sheets.length + 1}`, part });
    }
  });
  return sheets;
}

export async function tags(
  zip: Archive,
  part: string,
  maxBytes: number,
  open: (name: string, attributes: Record<string, string>) => void,
): Promise<void> {
  for await (const _ of readXml(zip.stream(part, maxBytes), { open, close: () => {} }));
}
