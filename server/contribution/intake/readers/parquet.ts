import { isUtf8 } from "node:buffer";
import { type FileMetaData, parquetMetadataAsync, parquetReadObjects, parquetSchema } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { compressors } from "hyparquet-compressors";
import { FileRefused, problem, shorten } from "../codes";
import { isReserved } from "../dialect";
import { LIMITS } from "../limits";
import type { Entry } from "../parse";
import { saidBy } from "./said";
import type { DiskFile } from "./spool";

type Schema = ReturnType<typeof parquetSchema>;

const corrupt = (byte: number, reason: string) =>
  new FileRefused(problem("PARQUET_CORRUPT", { byte, reason }));
const unsupported = (column: string, what: string) =>
  new FileRefused(problem("PARQUET_UNSUPPORTED", { column, what }));

/** Bytes that are no UTF-8 become text with half of a character, so that their row and column are named. */
const parsers = {
  stringFromBytes: (bytes: Uint8Array | undefined) => {
    if (bytes === undefined) return undefined;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
    return isUtf8(bytes) ? text : `${text}\ud800`;
  },
};

/** A list of turns is the one nesting that is read. */
const TURN_FIELDS = ["role", "content", "from", "value", "name", "weight"];

export type ParquetTable = { columns: string[]; rows: number; entries(count: Count): AsyncGenerator<Entry> };
type Count = (bytes: number) => void;

/**
 * Opens a Parquet file from its footer: what it declares is checked before anything is decoded.
 * hyparquet: no native part, reads by range, knows every encoding and (with hyparquet-compressors) every codec.
 * Throws PARQUET_CORRUPT with the byte, PARQUET_UNSUPPORTED with the column, TOO_MANY_ROWS, TOO_MANY_COLUMNS and
 * ARCHIVE_TOO_LARGE.
 */
export async function openParquet(file: DiskFile, maxBytes: number, maxRows: number): Promise<ParquetTable> {
  const footerStart = await checkFooter(file);
  const buffer = {
    byteLength: file.bytes,
    slice: async (start: number, end = file.bytes) => toArrayBuffer(await file.read(start, end)),
  };
  const metadata = await orCorrupt(footerStart, "its footer cannot be read", () =>
    parquetMetadataAsync(buffer, { geoparquet: false }),
  );
  const rows = Number(metadata.num_rows);
  if (rows > maxRows) throw new FileRefused(problem("TOO_MANY_ROWS", { rows: maxRows, declared: rows }));
  const schema = await orCorrupt(footerStart, "its columns cannot be read", async () =>
    parquetSchema(metadata),
  );
  const columns = checkSchema(schema);
  if (rows * columns.length > LIMITS.cells) {
    const most = Math.floor(LIMITS.cells / columns.length);
    throw new FileRefused(problem("TOO_MANY_ROWS", { rows: most, declared: rows }));
  }
  checkLeaves(schema, metadata, footerStart);
  checkGroups(metadata, file, footerStart, maxBytes, rows);

  async function* entries(count: Count): AsyncGenerator<Entry> {
    let groupStart = 0;
    for (const group of metadata.row_groups) {
      const groupRows = Number(group.num_rows);
      await checkPages(file, group);
      for (let from = 0; from < groupRows; from += LIMITS.parquetWindowRows) {
        const rowStart = groupStart + from;
        const rowEnd = groupStart + Math.min(groupRows, from + LIMITS.parquetWindowRows);
        const at = firstByte(group);
        const found = await orCorrupt(at, "its values cannot be decoded", () =>
          parquetReadObjects({
            file: buffer,
            metadata,
            rowStart,
            rowEnd,
            compressors,
            parsers,
            geoparquet: false,
          }),
        );
        if (found.length !== rowEnd - rowStart) throw corrupt(at, "it holds fewer rows than it declares");
        count(Math.round((file.bytes * rowEnd) / Math.max(1, rows)));
        for (const [i, row] of found.entries()) yield toEntry(rowStart + i + 1, row, columns);
      }
      groupStart += groupRows;
    }
  }
  return { columns, rows, entries };
}

/** Where the footer begins. */
async function checkFooter(file: DiskFile): Promise<number> {
  const { bytes } = file;
  if (bytes < 12) throw corrupt(bytes, "it is cut off");
  const head = (await file.read(0, 4)).toString("latin1");
  const tail = await file.read(bytes - 8, bytes);
  const magic = tail.toString("latin1", 4);
  if (head === "PARE" || magic === "PARE") throw unsupported("every column", "is encrypted");
  if (head !== "PAR1") throw corrupt(0, "it does not begin with PAR1");
  if (magic !== "PAR1") throw corrupt(bytes - 4, "it does not end with PAR1, so it is cut off");
  const length = tail.readUInt32LE(0);
  if (length > bytes - 12) throw corrupt(bytes - 8, `its footer of ${length} bytes is longer than the file`);
  if (length > LIMITS.parquetFooterBytes)
    throw corrupt(bytes - 8, `its footer of ${length} bytes is too long`);
  return bytes - 8 - length;
}

function checkSchema(schema: Schema): string[] {
  const columns = schema.children.map((child) => child.element.name);
  if (columns.length > LIMITS.columns) {
    throw new FileRefused(problem("TOO_MANY_COLUMNS", { columns: columns.length }));
  }
  for (const child of schema.children) {
    const { name } = child.element;
    if (isReserved(name)) throw new FileRefused(problem("RESERVED_COLUMN", { column: name }));
    if (child.children.length === 0) {
      if (child.element.repetition_type === "REPEATED") throw unsupported(name, "holds lists");
    } else if (!isTurns(child)) {
      throw unsupported(name, "is nested (lists or objects)");
    }
  }
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined) throw new FileRefused(problem("DUPLICATE_COLUMN", { column: twice }));
  return columns;
}

/** LIST of a struct of texts: column { list { element { role, content } } }. */
function isTurns(column: Schema): boolean {
  const element = column.children[0]?.children[0];
  if (column.children.length !== 1 || column.children[0]!.children.length !== 1 || !element) return false;
  const names = element.children.map((child) => child.element.name);
  return (
    names.length > 1 &&
    names.every((name) => TURN_FIELDS.includes(name)) &&
    element.children.every((child) => child.children.length === 0)
  );
}

type Group = FileMetaData["row_groups"][number];

/** Every row group holds one chunk for each column of the schema, in its order. */
function checkLeaves(schema: Schema, metadata: FileMetaData, footerStart: number): void {
  const leaves = (tree: Schema): Schema[] =>
    tree.children.length === 0 ? [tree] : tree.children.flatMap(leaves);
  const declared = JSON.stringify(schema.children.flatMap(leaves).map(({ path }) => path));
  for (const { columns } of metadata.row_groups) {
    if (columns.some(({ meta_data }) => !meta_data)) continue;
    if (JSON.stringify(columns.map(({ meta_data }) => meta_data!.path_in_schema)) !== declared)
      throw corrupt(footerStart, "a row group holds other columns than the file declares");
  }
}

function checkGroups(
  metadata: FileMetaData,
  file: DiskFile,
  footerStart: number,
  maxBytes: number,
  rows: number,
) {
  let unpacked = 0;
  let declared = 0;
  for (const group of metadata.row_groups) {
    const groupRows = Number(group.num_rows);
    if (!(groupRows >= 0)) throw corrupt(footerStart, "a row group declares no number of rows");
    declared += groupRows;
    for (const chunk of group.columns) {
      const meta = chunk.meta_data;
      const name = meta?.path_in_schema[0] ?? "";
      if (chunk.crypto_metadata || chunk.encrypted_column_metadata || !meta) {
        throw unsupported(name || "(its name is encrypted too)", "is encrypted");
      }
      if (chunk.file_path) throw unsupported(name, "lies in another file");
      const { start, end } = chunkRange(meta);
      if (!(start >= 4 && end >= start && end <= footerStart)) {
        const at = Number.isFinite(start) ? Math.max(0, Math.min(start, file.bytes)) : footerStart;
        throw corrupt(at, `column "${name}" lies outside of the data`);
      }
      unpacked += Number(meta.total_uncompressed_size);
    }
  }
  if (declared !== rows) throw corrupt(footerStart, `${rows} rows declared, ${declared} in its row groups`);
  if (unpacked > maxBytes) throw new FileRefused(problem("ARCHIVE_TOO_LARGE", { maxBytes }));
}

type ChunkMeta = NonNullable<Group["columns"][number]["meta_data"]>;

function chunkRange(meta: ChunkMeta): { start: number; end: number } {
  const first = meta.dictionary_page_offset ? Number(meta.dictionary_page_offset) : Number.POSITIVE_INFINITY;
  const start = Math.min(first, Number(meta.data_page_offset));
  return { start, end: start + Number(meta.total_compressed_size) };
}

const firstByte = (group: Group) =>
  group.columns[0]?.meta_data ? chunkRange(group.columns[0].meta_data).start : 0;

/** Walks the pages' headers before any of them is unpacked: a page says how large it becomes. */
async function checkPages(file: DiskFile, group: Group): Promise<void> {
  for (const { meta_data: meta } of group.columns) {
    const { start, end } = chunkRange(meta!);
    const view = new DataView(toArrayBuffer(await file.read(start, end)));
    const reader = { view, offset: 0 };
    let values = 0;
    while (reader.offset < view.byteLength - 1) {
      const at = start + reader.offset;
      const header = await orCorrupt(at, "a page's header cannot be read", async () => parquetHeader(reader));
      const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header;
      const isOrdered =
        Number.isInteger(packed) && packed >= 0 && Number.isInteger(unpacked) && unpacked >= 0;
      if (header.type === undefined || !isOrdered || reader.offset + packed > view.byteLength) {
        throw corrupt(at, "a page's header does not fit its data");
      }
      if (unpacked > LIMITS.parquetPageBytes) {
        throw new FileRefused(problem("ARCHIVE_TOO_LARGE", { maxBytes: LIMITS.parquetPageBytes }));
      }
      const page = header.data_page_header ?? header.data_page_header_v2 ?? header.dictionary_page_header;
      if (!(Number(page?.num_values ?? 0) >= 0)) throw corrupt(at, "a page declares no number of values");
      checkLevels(header, at);
      if (header.type !== "DICTIONARY_PAGE") values += Number(page?.num_values ?? 0);
      else if (Number(page?.num_values) > Math.max(unpacked, 1) * 8) {
        throw corrupt(at, "a dictionary declares more values than it can hold");
      }
      reader.offset += packed;
    }
    if (values !== Number(meta!.num_values)) {
      throw corrupt(start, `${meta!.num_values} values declared, ${values} in its pages`);
    }
  }
}

/** Of a page in the second form: without the lengths of its levels hyparquet would read them without end. */
function checkLevels(header: ReturnType<typeof parquetHeader>, at: number): void {
  const page = header.data_page_header_v2;
  if (!page) return;
  const lengths = [page.repetition_levels_byte_length, page.definition_levels_byte_length];
  const areCounts = [...lengths, page.num_nulls].every((one) => Number.isInteger(one) && one >= 0);
  if (
    !areCounts ||
    lengths[0]! + lengths[1]! > header.compressed_page_size ||
    page.num_nulls > page.num_values
  )
    throw corrupt(at, "a page's levels do not fit into it");
}

function toEntry(rowNumber: number, row: Record<string, unknown>, columns: readonly string[]): Entry {
  const fields: Record<string, unknown> = Object.create(null);
  for (const name of columns) {
    const value = plain(row[name]);
    if (typeof value === "number" && !Number.isFinite(value)) {
      const where = `Row ${rowNumber}, column "${shorten(name, 80)}"`;
      const bad = problem("NUMBER_RANGE", { where, text: String(value) }, { row: rowNumber, column: name });
      return { kind: "problem", rowNumber, line: rowNumber, raw: rawOf(row), problem: bad };
    }
    fields[name] = value;
  }
  return { kind: "row", rowNumber, line: rowNumber, raw: rawOf(fields), fields };
}

/** Whole numbers of 64 bits, times and bytes as what JSON can hold. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  }
  return value;
}

function rawOf(fields: Record<string, unknown>): string {
  const text = JSON.stringify(fields, (_, value) => (typeof value === "bigint" ? value.toString() : value));
  return text.length > LIMITS.rawChars ? `${text.slice(0, LIMITS.rawChars)}…` : text;
}

const toArrayBuffer = (bytes: Buffer): ArrayBuffer =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;

/** hyparquet's own errors name no byte: they are told with the one where its work began. */
async function orCorrupt<T>(byte: number, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    const said = saidBy(error);
    throw corrupt(byte, said === null ? what : `${what} (${said})`);
  }
}
