import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { AppError } from "@/server/errors";
import { ImportAbout, ImportFiles } from "../schemas";
import { IMPORT_LIMITS } from "./limits";
import { refusal } from "./refusal";

/**
 * The header x-import tells name, base, licence and source, x-files the names and lengths of the files that follow
 * each other in the body; both URI-encoded JSON. The body is counted while it arrives.
 * Errors: INPUT_INVALID, FILE_TOO_LARGE, FILE_EMPTY, UPLOAD_CUT.
 */
export async function readImportRequest(request: Request) {
  const about = ImportAbout.safeParse(header(request, "x-import"));
  if (!about.success) throw invalid(about.error.issues[0]!.message);
  const files = ImportFiles.safeParse(header(request, "x-files"));
  if (!files.success) throw invalid(files.error.issues[0]!.message);
  const wanted = files.data.reduce((sum, { bytes }) => sum + bytes, 0);
  if (wanted > IMPORT_LIMITS.uploadBytes) throw tooLarge();
  const empty = files.data.find(({ bytes }) => bytes === 0);
  if (empty) {
    throw refusal(
      "FILE_EMPTY",
      `The file ${empty.name.slice(0, 100)} has 0 bytes.`,
      "Save the adapter again, and choose the new file.",
      "BAD_REQUEST",
    );
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body = request.body ? Readable.fromWeb(request.body as NodeStream<Uint8Array>) : Readable.from([]);
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > wanted) break;
    chunks.push(chunk);
  }
  if (bytes !== wanted) {
    const message = `${bytes > wanted ? "More than the" : bytes.toLocaleString("en")} of ${wanted.toLocaleString("en")} bytes arrived.`;
    const fix = "Send the files again; nothing was kept of them.";
    throw refusal("UPLOAD_CUT", message, fix, "BAD_REQUEST");
  }
  return { about: about.data, files: files.data, content: Buffer.concat(chunks, bytes) };
}

function header(request: Request, name: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(request.headers.get(name) ?? ""));
  } catch {
    return null;
  }
}

const invalid = (reason: string) =>
  new AppError(
    "BAD_REQUEST",
    "INPUT_INVALID",
    `${reason}.`.replace(/\.\.$/, "."),
    "Correct it, and send the files again.",
  );

const tooLarge = () =>
  refusal(
    "FILE_TOO_LARGE",
    `The files are larger than the ${IMPORT_LIMITS.uploadBytes.toLocaleString("en")} bytes allowed.`,
    "A LoRA adapter of rank 64 or less is smaller. Check that the files are the adapter's, not the base model's.",
    "PAYLOAD_TOO_LARGE",
  );
