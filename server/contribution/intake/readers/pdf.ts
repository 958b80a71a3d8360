import { FileRefused, problem } from "../codes";
import { LIMITS } from "../limits";
import type { Block } from "./document";
import { saidBy } from "./said";
import { isShortQuestion } from "./text-blocks";

type Line = { text: string; height: number; y: number; page: number };

const broken = (reason: string) => new FileRefused(problem("FILE_CORRUPT", { what: "PDF", reason }));

/**
 * A PDF's text layer to blocks: lines by their place on the page, paragraphs by the gaps between them, headings by
 * letters larger than most. pdf.js: the reader of Firefox, made for hostile files; nothing is drawn and no script run.
 * Throws FILE_CORRUPT and DOCUMENT_EMPTY for a PDF of pictures.
 */
export async function pdfBlocks(bytes: Uint8Array): Promise<Block[]> {
  const lines = await readLines(bytes);
  if (!lines.some((line) => line.text.trim() !== "")) {
    throw new FileRefused(problem("DOCUMENT_EMPTY", { what: "PDF, which has no text layer" }));
  }
  return toBlocks(lines);
}

async function readLines(bytes: Uint8Array): Promise<Line[]> {
  const { getDocument } = await loadPdf();
  const task = getDocument({
    data: bytes,
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    verbosity: 0,
  });
  try {
    const document = await task.promise;
    if (document.numPages > LIMITS.pdfPages) throw broken(`it has more than ${LIMITS.pdfPages} pages`);
    const lines: Line[] = [];
    for (let number = 1; number <= document.numPages; number += 1) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      let line: Line | null = null;
      for (const item of items) {
        if (!("str" in item)) continue;
        const y = item.transform[5] as number;
        if (line === null || Math.abs(line.y - y) > Math.max(line.height, item.height) / 2) {
          line = { text: "", height: 0, y, page: number };
          lines.push(line);
        }
        line.text += item.str;
        line.height = Math.max(line.height, item.height);
        if (item.hasEOL) line = null;
      }
      page.cleanup();
    }
    return lines;
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    const isLocked = (error as Error).name === "PasswordException";
    throw broken(isLocked ? "it is locked with a password" : (saidBy(error) ?? "it cannot be read"));
  } finally {
    await task.destroy().catch(() => {});
  }
}

/** pdf.js asks for what only drawing uses; its worker's code runs in this process, which is a child. */
async function loadPdf() {
  const scope = globalThis as Record<string, unknown>;
  for (const name of ["DOMMatrix", "ImageData", "Path2D"]) scope[name] ??= class {};
  scope.pdfjsWorker ??= await import("pdfjs-dist/legacy/build/pdf.worker.mjs");
  return import("pdfjs-dist/legacy/build/pdf.mjs");
}

function toBlocks(lines: readonly Line[]): Block[] {
  const body = commonHeight(lines);
  const sizes = [...new Set(lines.map(sizeOf).filter((size) => size > body * 1.15))].sort((a, b) => b - a);
  const blocks: Block[] = [];
  let last: Line | null = null;
  for (const line of lines) {
    const text = line.text.replace(/\s+/g, " ").trim();
    if (text === "") continue;
    const level = sizeOf(line) > body * 1.15 ? Math.min(6, sizes.indexOf(sizeOf(line)) + 1) : 0;
    const open = blocks.at(-1);
    const gap = last === null || last.page !== line.page ? Number.POSITIVE_INFINITY : last.y - line.y;
    const isGoingOn = gap >= 0 && gap < Math.max(line.height, last?.height ?? 0) * 1.6;
    const kind = level > 0 ? "heading" : "text";
    if (open && isGoingOn && open.kind === kind && open.level === level) open.text += `\n${text}`;
    else blocks.push({ kind, level, text, line: blocks.length + 1, page: line.page });
    last = line;
  }
  return blocks.map((block) =>
    block.kind === "text" && !block.text.includes("\n") && isShortQuestion(block.text)
      ? { ...block, kind: "strong" as const }
      : block,
  );
}

const sizeOf = ({ height }: Line) => Math.round(height * 2) / 2;

/** The height that most letters have. */
function commonHeight(lines: readonly Line[]): number {
  const chars = new Map<number, number>();
  for (const line of lines) chars.set(sizeOf(line), (chars.get(sizeOf(line)) ?? 0) + line.text.length);
  return [...chars].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}
