import { type ByteSource, decode, headText, peek, wideEncoding } from "./bytes";
import { FileRefused, problem } from "./codes";
import { detectDialect } from "./dialect";
import type { IntakeOptions } from "./intake";
import { LIMITS } from "./limits";
import { type Entry, parseEntries } from "./parse";
import { openArchive } from "./readers/archive";
import { documentOpened } from "./readers/document-opened";
import { JsonReader } from "./readers/json";
import { openParquet } from "./readers/parquet";
import { pdfBlocks } from "./readers/pdf";
import { boundedText, type CountBytes, type Inside, type Opened } from "./readers/reader";
import { type DiskFile, openDisk, spool } from "./readers/spool";
import { markdownBlocks, plainBlocks } from "./readers/text-blocks";
import { gunzip } from "./readers/unpack";
import { type Container, containerOf, contentName, type Format, nameClaim, sniffFormat } from "./sniff";

/**
 * Decides what a file is from its first bytes and makes it ready to be read. `source` is read at most once; where
 * `options.path` names the same file on the disk, files with a table at their end are read from there.
 * Throws FileRefused.
 */
export async function openSource(
  source: ByteSource,
  options: IntakeOptions,
  inside: Inside | null = null,
): Promise<Opened> {
  const { head, whole: isWhole, source: again } = await peek(source, LIMITS.headBytes);
  if (head.length === 0) throw new FileRefused(problem("FILE_EMPTY", { bytes: 0 }));
  const container = containerOf(head);
  if (container === "pickle") {
    throw new FileRefused(problem("PICKLE_REFUSED", { name: nameClaim(options.name).label }));
  }
  if (container === "gzip") return openGzip(again, options, inside);
  if (container !== null) return openContainer(container, again, options, inside);
  const content = contentName(head);
  if (content !== null) {
    throw new FileRefused(problem("TYPE_MISMATCH", { name: nameClaim(options.name).label, content }));
  }
  const wide = options.encoding === undefined ? wideEncoding(head) : null;
  if (wide !== null) throw new FileRefused(problem("ENCODING", wide), wide.guess);
  const text = headText(head, isWhole, options.encoding);
  if (isWhole && text.trim() === "") throw new FileRefused(problem("FILE_EMPTY", { bytes: head.length }));
  const format = sniffFormat(text, options.name);
  if (format === "markdown" || format === "text") return openTextDocument(format, again, options, inside);
  return openRows(format, text, isWhole, again, options, inside);
}

const maxBytesOf = (options: IntakeOptions) => options.maxBytes ?? LIMITS.fileBytes;

async function openGzip(source: ByteSource, options: IntakeOptions, inside: Inside | null): Promise<Opened> {
  if (inside !== null) throw new FileRefused(problem("ARCHIVE_NESTED", { entry: inside.entry }));
  const name = options.name?.replace(/\.(gz|gzip)$/i, "");
  const unpacked = gunzip(source, maxBytesOf(options));
  return openSource(unpacked, { ...options, name, path: undefined }, { packed: "gzip", entry: name ?? "" });
}

async function openContainer(
  container: Exclude<Container, "gzip" | "pickle">,
  source: ByteSource,
  options: IntakeOptions,
  inside: Inside | null,
): Promise<Opened> {
  const maxBytes = maxBytesOf(options);
  const file = await onDisk(source, options);
  try {
    if (container === "zip") return await openArchive(file, options, inside, openSource);
    if (container === "pdf") {
      if (file.bytes > LIMITS.documentBytes) throw tooLarge(LIMITS.documentBytes);
      const blocks = await pdfBlocks(new Uint8Array(await file.read(0, file.bytes)));
      return await documentOpened("pdf", blocks, file, options, inside);
    }
    const table = await openParquet(file, maxBytes, options.maxRows ?? LIMITS.rows);
    return {
      format: "parquet",
      dialect: null,
      columns: table.columns,
      questions: [],
      packed: inside?.packed ?? null,
      head: () => table.entries(() => {}),
      entries: (onBytes) => boundedText(table.entries(onBytes), maxBytes),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The file itself where it lies on the disk as it is, else a copy. */
async function onDisk(source: ByteSource, options: IntakeOptions): Promise<DiskFile> {
  if (options.path === undefined) return spool(source, maxBytesOf(options), options.scratch);
  // Started, so that what it read ahead of is closed.
  for await (const _ of source) break;
  return openDisk(options.path, maxBytesOf(options));
}

async function openTextDocument(
  format: "markdown" | "text",
  source: ByteSource,
  options: IntakeOptions,
  inside: Inside | null,
): Promise<Opened> {
  let text = "";
  const maxBytes = Math.min(maxBytesOf(options), LIMITS.documentBytes);
  for await (const piece of decode(source, { maxBytes, encoding: options.encoding })) text += piece;
  const blocks = format === "markdown" ? markdownBlocks(text) : plainBlocks(text);
  const file = { bytes: Buffer.byteLength(text), close: async () => {} };
  return documentOpened(format, blocks, file, options, inside);
}

/** CSV, TSV, JSON Lines and JSON: in a stream, from the first byte on. */
function openRows(
  format: Format,
  text: string,
  isWhole: boolean,
  source: ByteSource,
  options: IntakeOptions,
  inside: Inside | null,
): Opened {
  const { delimiter, hasHeader, encoding } = options;
  const isTable = format === "csv" || format === "tsv";
  const dialect = isTable
    ? detectDialect(text, isWhole, { delimiter, hasHeader, isTsv: format === "tsv" })
    : null;
  const parse = (pieces: AsyncIterable<string> | Iterable<string>, isEnded: boolean) =>
    format === "json" ? jsonEntries(pieces, isEnded) : parseEntries(pieces, dialect, isEnded);
  const maxBytes = maxBytesOf(options);
  return {
    format,
    dialect,
    columns: dialect?.columns ?? null,
    questions: [],
    packed: inside?.packed ?? null,
    head: () => parse([text], isWhole),
    entries: (onBytes: CountBytes) => parse(decode(source, { maxBytes, encoding, onBytes }), true),
    close: async () => {},
  };
}

async function* jsonEntries(
  text: AsyncIterable<string> | Iterable<string>,
  isWhole: boolean,
): AsyncGenerator<Entry> {
  const reader = new JsonReader();
  for await (const chunk of text) yield* reader.push(chunk);
  if (isWhole) yield* reader.end();
}

const tooLarge = (maxBytes: number) => new FileRefused(problem("FILE_TOO_LARGE", { maxBytes }));
