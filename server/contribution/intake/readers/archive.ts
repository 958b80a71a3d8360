import { basename } from "node:path";
import type { ByteSource } from "../bytes";
import { FileRefused, problem } from "../codes";
import type { IntakeOptions } from "../intake";
import { LIMITS } from "../limits";
import { nameClaim } from "../sniff";
import { documentOpened } from "./document-opened";
import { docxBlocks } from "./docx";
import { boundedText, type Inside, type Opened } from "./reader";
import type { DiskFile } from "./spool";
import { openXlsx } from "./xlsx";
import { type Archive, openZip } from "./zip";

type Open = (source: ByteSource, options: IntakeOptions, inside: Inside) => Promise<Opened>;

const ARCHIVE_NAME = /\.(zip|gz|tgz|tar|bz2|xz|7z|rar|zst)$/i;
/** What programs leave in an archive beside the person's files. */
const CLUTTER = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\.)/i;

/**
 * Opens a ZIP: an Excel workbook, a Word document, or one file that can be read. Throws what they throw,
 * ARCHIVE_NESTED for an archive in an archive, PICKLE_REFUSED for a model's weights and ARCHIVE_CONTENT.
 */
export async function openArchive(
  file: DiskFile,
  options: IntakeOptions,
  inside: Inside | null,
  open: Open,
): Promise<Opened> {
  const maxBytes = options.maxBytes ?? LIMITS.fileBytes;
  const zip = await openZip(file, whatOf(options.name));
  const close = async () => {
    zip.close();
    await file.close();
  };
  try {
    if (zip.files.has("xl/workbook.xml")) return await openWorkbook(zip, file, options, inside, close);
    if (zip.files.has("word/document.xml")) {
      if (file.bytes > LIMITS.documentBytes) {
        throw new FileRefused(problem("FILE_TOO_LARGE", { maxBytes: LIMITS.documentBytes }));
      }
      const blocks = await docxBlocks(file, zip);
      return await documentOpened("docx", blocks, { bytes: file.bytes, close }, options, inside);
    }
    if (inside !== null) throw new FileRefused(problem("ARCHIVE_NESTED", { entry: inside.entry }));
    const entry = onlyFile(zip, options.name);
    const source = zip.stream(entry, maxBytes);
    const name = basename(entry);
    const opened = await open(source, { ...options, name, path: undefined }, { packed: "zip", entry });
    return {
      ...opened,
      close: async () => {
        await opened.close();
        await close();
      },
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

const whatOf = (name: string | undefined) =>
  ({ xlsx: "Excel workbook", docx: "Word document" })[nameClaim(name).format as string] ?? "ZIP archive";

async function openWorkbook(
  zip: Archive,
  file: DiskFile,
  options: IntakeOptions,
  inside: Inside | null,
  close: () => Promise<void>,
): Promise<Opened> {
  const maxBytes = options.maxBytes ?? LIMITS.fileBytes;
  const { sheet, hasHeader } = options;
  const table = await openXlsx(zip, { sheet, hasHeader, maxBytes, fileBytes: file.bytes });
  return {
    format: "xlsx",
    dialect: null,
    columns: table.columns,
    questions: table.questions,
    packed: inside?.packed ?? null,
    head: () => table.entries(() => {}),
    entries: (onBytes) => boundedText(table.entries(onBytes), maxBytes),
    close,
  };
}

/** The one file to read: the only one, or the only one of a kind that can be read. */
function onlyFile(zip: Archive, archiveName: string | undefined): string {
  const names = [...zip.files.keys()].filter((name) => !CLUTTER.test(name));
  if (names.some((name) => /(^|\/)data\.pkl$|\.pkl$/i.test(name))) {
    throw new FileRefused(problem("PICKLE_REFUSED", { name: nameClaim(archiveName).label }));
  }
  const nested = names.find((name) => ARCHIVE_NAME.test(name));
  if (nested !== undefined) throw new FileRefused(problem("ARCHIVE_NESTED", { entry: nested }));
  const known = names.filter((name) => nameClaim(name).format !== null);
  const chosen = names.length === 1 ? names[0] : known.length === 1 ? known[0] : undefined;
  if (chosen !== undefined) return chosen;
  const count = known.length > 1 ? known.length : names.length;
  const reason =
    count === 0 ? "it holds no file" : `it holds ${count} files, and only one of examples is read at a time`;
  throw new FileRefused(problem("ARCHIVE_CONTENT", { reason }));
}
