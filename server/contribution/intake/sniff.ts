import { FileRefused, problem } from "./codes";
import { roleOfName } from "./mapping";

export const FORMATS = [
  "csv",
  "tsv",
  "jsonl",
  "json",
  "parquet",
  "xlsx",
  "markdown",
  "text",
  "docx",
  "pdf",
] as const;
export type Format = (typeof FORMATS)[number];
/** Read at any place of the file, not from its start on. */
export type Container = "parquet" | "zip" | "gzip" | "pdf" | "pickle";

const MAGIC: readonly [name: string, at: number, bytes: string][] = [
  ["PNG", 0, "\x89PNG\r\n\x1a\n"],
  ["JPEG", 0, "\xff\xd8\xff"],
  ["GIF", 0, "GIF8"],
  ["WebP", 8, "WEBP"],
  ["an empty ZIP", 0, "PK\x05\x06"],
  ["an old Excel workbook", 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
  ["BZIP2", 0, "BZh"],
  ["XZ", 0, "\xfd7zXZ\x00"],
  ["Zstandard", 0, "\x28\xb5\x2f\xfd"],
  ["7z", 0, "7z\xbc\xaf\x27\x1c"],
  ["RAR", 0, "Rar!\x1a"],
  ["TAR", 257, "ustar"],
  ["Arrow", 0, "ARROW1"],
  ["SQLite", 0, "SQLite format 3\x00"],
  ["a Windows program", 0, "MZ\x90\x00"],
  ["a Linux program", 0, "\x7fELF"],
  ["WebAssembly", 0, "\x00asm"],
  ["TIFF", 0, "II*\x00"],
  ["TIFF", 0, "MM\x00*"],
  ["Ogg", 0, "OggS"],
  ["MP3", 0, "ID3"],
  ["MP4", 4, "ftyp"],
  ["RTF", 0, "{\\rtf"],
  ["NumPy", 0, "\x93NUMPY"],
];

/** Pickles of protocol 0 are text: a container, or the name of something to call. */
const TEXT_PICKLE = /^(\(?[dl]p\d+\r?\n|\(?c[A-Za-z_][\w.]*\r?\n[A-Za-z_]\w*\r?\n)/;

/** What is to be unpacked or read as a whole, by its first bytes; null for everything else. */
export function containerOf(head: Buffer): Container | null {
  const latin = head.toString("latin1", 0, 512);
  if (latin.startsWith("PAR1") || latin.startsWith("PARE")) return "parquet";
  if (latin.startsWith("PK\x03\x04")) return "zip";
  if (latin.startsWith("\x1f\x8b")) return "gzip";
  if (latin.startsWith("%PDF-")) return "pdf";
  const isPickle = head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5;
  if (isPickle || TEXT_PICKLE.test(latin)) return "pickle";
  return null;
}

/** The name of a well-known binary or markup format that the bytes begin with, else null. */
export function contentName(head: Buffer): string | null {
  const latin = head.toString("latin1", 0, 512);
  for (const [name, at, bytes] of MAGIC) if (latin.startsWith(bytes, at)) return name;
  const text = latin.replace(/^\xef\xbb\xbf/, "").trimStart();
  if (/^<(!doctype html|html|head|body)\b/i.test(text)) return "an HTML page";
  if (/^<\?xml\b/i.test(text)) return "XML";
  return null;
}

const SAYS: Record<string, { label: string; format: Format | null }> = {
  csv: { label: "CSV", format: "csv" },
  tsv: { label: "TSV", format: "tsv" },
  tab: { label: "TSV", format: "tsv" },
  jsonl: { label: "JSON Lines", format: "jsonl" },
  ndjson: { label: "JSON Lines", format: "jsonl" },
  json: { label: "JSON", format: "json" },
  parquet: { label: "Parquet", format: "parquet" },
  pq: { label: "Parquet", format: "parquet" },
  xlsx: { label: "Excel", format: "xlsx" },
  xlsm: { label: "Excel", format: "xlsx" },
  md: { label: "Markdown", format: "markdown" },
  markdown: { label: "Markdown", format: "markdown" },
  txt: { label: "text", format: "text" },
  text: { label: "text", format: "text" },
  docx: { label: "Word", format: "docx" },
  pdf: { label: "PDF", format: "pdf" },
};

/** What a file's name claims: the text after its last dot. */
export function nameClaim(name: string | undefined): { label: string | null; format: Format | null } {
  const extension = /\.([a-z0-9]{1,8})$/i.exec(name ?? "")?.[1]?.toLowerCase();
  if (extension === undefined) return { label: null, format: null };
  return SAYS[extension] ?? { label: extension.toUpperCase(), format: null };
}

/**
 * Decides the format of a text from its name and its first characters. The content wins where it is plain: a .csv
 * whose first line is a JSON object is read as JSON Lines. Throws TYPE_MISMATCH where the two exclude each other, and
 * PARQUET_CORRUPT for a text that is named Parquet.
 */
export function sniffFormat(text: string, name: string | undefined): Format {
  const claim = nameClaim(name);
  if (claim.format === "parquet") {
    const reason = "it does not begin with PAR1";
    throw new FileRefused(problem("PARQUET_CORRUPT", { byte: 0, reason }));
  }
  const mismatch = (content: string) =>
    new FileRefused(problem("TYPE_MISMATCH", { name: claim.label ?? "nothing of its format", content }));
  const lines = text.split(/\r\n|\n|\r/, 40).filter((line) => line.trim() !== "");
  const first = lines[0]?.trimStart() ?? "";
  if (isOneArray(text, lines) || isWrapped(text, claim.format)) return "json";
  if (claim.format === "json" && isOverLines(lines)) return "json";
  if (claim.format === "json" || claim.format === "jsonl") {
    if (lines.length > 0 && !lines.some((line) => /^\s*[{[]/.test(line))) {
      throw mismatch(claim.format === "json" ? "not JSON" : "not JSON Lines");
    }
    return "jsonl";
  }
  if (
    /^\{\s*("|\}|$)/.test(first) &&
    (parses(first) || lines.slice(1, 5).some((line) => /^\s*\{\s*"/.test(line)))
  ) {
    return "jsonl";
  }
  if (claim.format === "markdown") return "markdown";
  if (claim.format === "pdf" || claim.format === "docx") throw mismatch("plain text");
  if (claim.format === "text" && !isTable(lines)) return "text";
  if (claim.format === "csv" || claim.format === "tsv") return claim.format;
  if (claim.format === null && isMarkedText(lines)) return "text";
  return first.includes("\t") && !first.includes(",") ? "tsv" : "csv";
}

/** A header that names a prompt or an answer, or several lines that a separator cuts alike. */
function isTable(lines: readonly string[]): boolean {
  return [",", ";", "\t", "|"].some((delimiter) => {
    const cells = (lines[0] ?? "").split(delimiter);
    if (cells.length < 2) return false;
    if (cells.some((cell) => roleOfName(cell.replaceAll('"', "")) !== null && cell.length < 40)) return true;
    const alike = lines.filter((line) => line.split(delimiter).length === cells.length).length;
    return delimiter === "\t" && lines.length > 1 && alike > lines.length * 0.8;
  });
}

const isMarkedText = (lines: readonly string[]) =>
  lines.some((line) => /^(q|question|frage)\s*\d{0,4}\s*:/i.test(line)) &&
  lines.some((line) => /^(a|answer|antwort)\s*\d{0,4}\s*:/i.test(line));

function parses(line: string): boolean {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}

/** `[` first, then an object: one array over the file. A line of brackets alone is left to JSON_TOO_DEEP. */
function isOneArray(text: string, lines: readonly string[]): boolean {
  if (!/^\s*\[\s*\{/.test(text)) return false;
  return !(lines.length > 1 && parses(lines[0] ?? ""));
}

/** An object that goes on over several lines, none of which begins another. */
const isOverLines = (lines: readonly string[]) =>
  /^\s*\{/.test(lines[0] ?? "") &&
  lines.length > 1 &&
  !parses(lines[0]!) &&
  !lines.slice(1, 20).some((line) => /^\{\s*"/.test(line));

/** One object with a list of objects in it, `{"data": [{…}]}`; a list of a chat's turns is a row, not a file. */
function isWrapped(text: string, claimed: Format | null): boolean {
  if (claimed === "jsonl") return false;
  const plainValue = String.raw`"(?:[^"\\]|\\.){0,200}"|-?[\d.eE+-]{1,30}|true|false|null`;
  const name = String.raw`"((?:[^"\\]|\\.){1,80})"\s*:\s*`;
  const head = new RegExp(String.raw`^\s*\{\s*(?:${name}(?:${plainValue})\s*,\s*){0,20}${name}\[\s*\{`);
  const found = head.exec(text.slice(0, 20_000));
  if (!found) return false;
  const inside = text.slice(found[0].length, found[0].length + 200);
  const isChat = /^\s*"(role|from|content|value)"\s*:/.test(inside);
  return !isChat && !hasRowsBelow(text);
}

/** A second line that is an object of its own: then the first was one too. */
function hasRowsBelow(text: string): boolean {
  const end = text.indexOf("\n");
  return end > 0 && /^\s*\{\s*"/.test(text.slice(end + 1, end + 200)) && parses(text.slice(0, end));
}
