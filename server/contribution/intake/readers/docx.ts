import { SaxesParser } from "saxes";
import { FileRefused, problem } from "../codes";
import { LIMITS } from "../limits";
import type { Block } from "./document";
import { saidBy } from "./said";
import type { DiskFile } from "./spool";
import type { Archive } from "./zip";

const broken = (reason: string) =>
  new FileRefused(problem("FILE_CORRUPT", { what: "Word document", reason }));

/**
 * A Word document to blocks. mammoth: it knows which paragraph style is a heading in the document's own language,
 * and reads no macro. Throws ARCHIVE_TOO_LARGE and FILE_CORRUPT.
 */
export async function docxBlocks(file: DiskFile, zip: Archive): Promise<Block[]> {
  // mammoth unpacks the parts whole: each is unpacked here first, counted.
  let unpacked = 0;
  for (const name of zip.files.keys()) {
    if (!/\.(xml|rels)$/i.test(name)) continue;
    for await (const chunk of zip.stream(name, LIMITS.documentXmlBytes)) unpacked += chunk.byteLength;
    if (unpacked > LIMITS.documentXmlBytes) {
      throw new FileRefused(problem("ARCHIVE_TOO_LARGE", { maxBytes: LIMITS.documentXmlBytes }));
    }
  }
  // Loaded when it is needed: it is larger than the rest of the reader.
  const { default: mammoth } = await import("mammoth");
  const withoutImages = mammoth.images.imgElement(async () => ({ src: "" }));
  try {
    const html = await mammoth.convertToHtml({ path: file.path }, { convertImage: withoutImages });
    return htmlBlocks(html.value);
  } catch (error) {
    if (error instanceof FileRefused) throw error;
    throw broken(saidBy(error) ?? "it cannot be read");
  }
}

/** mammoth's own HTML, which is well-formed, to blocks. */
function htmlBlocks(html: string): Block[] {
  const blocks: Block[] = [];
  let text = "";
  let strongChars = 0;
  let strongDepth = 0;
  const close = (level: number) => {
    const written = text.trim();
    const isStrong = written !== "" && strongChars >= text.replace(/\s/g, "").length;
    const kind = level > 0 ? "heading" : isStrong ? "strong" : "text";
    if (written !== "") blocks.push({ kind, level, text: written, line: blocks.length + 1, page: null });
    text = "";
    strongChars = 0;
  };
  const parser = new SaxesParser({ position: false });
  parser.on("error", (error) => {
    throw broken(error.message.replace(/\s+/g, " "));
  });
  parser.on("opentag", ({ name }) => {
    if (name === "strong") strongDepth += 1;
    else if (name === "br") text += "\n";
    else if (name === "li") text += "- ";
  });
  parser.on("closetag", ({ name }) => {
    if (name === "strong") strongDepth -= 1;
    else if (/^h[1-6]$/.test(name)) close(Number(name[1]));
    else if (name === "p" || name === "li" || name === "td" || name === "th") close(0);
  });
  parser.on("text", (piece) => {
    text += piece;
    if (strongDepth > 0) strongChars += piece.replace(/\s/g, "").length;
  });
  parser.write(`<html>${html}</html>`).close();
  return blocks;
}
