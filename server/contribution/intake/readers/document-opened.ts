import { basename } from "node:path";
import type { IntakeOptions } from "../intake";
import type { Format } from "../sniff";
import { type Block, DOCUMENT_COLUMNS, readDocument } from "./document";
import type { Inside, Opened } from "./reader";

const WORDS: Partial<Record<Format, string>> = {
  docx: "Word document",
  pdf: "PDF",
  markdown: "Markdown file",
};

/** A document's passages as rows; its text is in memory, so the file is closed here. Throws as readDocument does. */
export async function documentOpened(
  format: Format,
  blocks: readonly Block[],
  file: { bytes: number; close(): Promise<void> },
  options: Pick<IntakeOptions, "name" | "useHeadings">,
  inside: Inside | null,
): Promise<Opened> {
  const name = basename(options.name ?? "document");
  const what = WORDS[format] ?? "text";
  const { entries, questions } = readDocument(blocks, { name, what, useHeadings: options.useHeadings });
  await file.close();
  return {
    format,
    dialect: null,
    columns: DOCUMENT_COLUMNS,
    questions,
    packed: inside?.packed ?? null,
    head: () => each(entries),
    entries: (onBytes) => each(entries, () => onBytes(file.bytes)),
    close: async () => {},
  };
}

async function* each<T>(items: readonly T[], before?: () => void): AsyncGenerator<T> {
  before?.();
  yield* items;
}
