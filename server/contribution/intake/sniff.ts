import { FileRefused, problem } from "./codes";

export type Format = "csv" | "tsv" | "jsonl";

const MAGIC: readonly [name: string, at: number, bytes: string][] = [
  ["PNG", 0, "\x89PNG\r\n\x1a\n"],
  ["JPEG", 0, "\xff\xd8\xff"],
  ["GIF", 0, "GIF8"],
  ["WebP", 8, "WEBP"],
  ["PDF", 0, "%PDF-"],
  ["ZIP or an Excel workbook", 0, "PK\x03\x04"],
  ["an empty ZIP", 0, "PK\x05\x06"],
  ["an old Excel workbook", 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
  ["GZIP", 0, "\x1f\x8b"],
  ["BZIP2", 0, "BZh"],
  ["XZ", 0, "\xfd7zXZ\x00"],
  ["Zstandard", 0, "\x28\xb5\x2f\xfd"],
  ["7z", 0, "7z\xbc\xaf\x27\x1c"],
  ["RAR", 0, "Rar!\x1a"],
  ["TAR", 257, "ustar"],
  ["Parquet", 0, "PAR1"],
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
  ["a Python pickle", 0, "\x80\x02"],
  ["a Python pickle", 0, "\x80\x04\x95"],
  ["NumPy", 0, "\x93NUMPY"],
];

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
  json: { label: "JSON", format: "jsonl" },
};

/** What a file's name claims: the text after its last dot. */
export function nameClaim(name: string | undefined): { label: string | null; format: Format | null } {
  const extension = /\.([a-z0-9]{1,8})$/i.exec(name ?? "")?.[1]?.toLowerCase();
  if (extension === undefined) return { label: null, format: null };
  return SAYS[extension] ?? { label: extension.toUpperCase(), format: null };
}

/**
 * Decides the format from the name and the first text of the file. The content wins where it is plain: a .csv
 * whose first line is a JSON object is read as JSON Lines. Throws TYPE_MISMATCH where the two exclude each other.
 */
export function sniffFormat(text: string, name: string | undefined): Format {
  const claim = nameClaim(name);
  const lines = text.split(/\r\n|\n|\r/, 40).filter((line) => line.trim() !== "");
  const first = lines[0]?.trimStart() ?? "";
  if (isOneArray(text, lines)) {
    throw new FileRefused(
      problem("TYPE_MISMATCH", {
        name: claim.label ?? "nothing of its format",
        content: "one JSON array, not one object per line",
      }),
    );
  }
  if (claim.format === "jsonl") {
    if (lines.length > 0 && !lines.some((line) => /^\s*[{[]/.test(line))) {
      throw new FileRefused(problem("TYPE_MISMATCH", { name: claim.label, content: "not JSON Lines" }));
    }
    return "jsonl";
  }
  if (
    /^\{\s*("|\}|$)/.test(first) &&
    (parses(first) || lines.slice(1, 5).some((line) => /^\s*\{\s*"/.test(line)))
  ) {
    return "jsonl";
  }
  return claim.format ?? (first.includes("\t") && !first.includes(",") ? "tsv" : "csv");
}

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
