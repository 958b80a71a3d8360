import { AppError, notFound } from "@/server/errors";

/** An answer of the tus protocol that is no success: its own status and headers with our code and sentence. */
export class TusError extends AppError {
  private readonly httpStatus: number;
  readonly headers: Record<string, string>;

  constructor(
    httpStatus: number,
    code: string,
    message: string,
    fix: string,
    headers: Record<string, string> = {},
  ) {
    super("BAD_REQUEST", code, message, fix);
    this.httpStatus = httpStatus;
    this.headers = headers;
  }

  override get status(): number {
    return this.httpStatus;
  }
}

const bytesWord = (bytes: number) => `${bytes.toLocaleString("en")} ${bytes === 1 ? "byte" : "bytes"}`;

export const uploadNotFound = () => notFound("upload");

export const wrongVersion = () =>
  new TusError(
    412,
    "TUS_VERSION",
    "The request does not speak tus 1.0.0.",
    "Send the header Tus-Resumable: 1.0.0.",
    { "tus-version": "1.0.0" },
  );

export const wrongOffset = (sent: number, offset: number) =>
  new TusError(
    409,
    "UPLOAD_OFFSET",
    `The upload stands at ${bytesWord(offset)}, not at ${sent.toLocaleString("en")}.`,
    "Go on from the offset in the header Upload-Offset.",
    { "upload-offset": String(offset) },
  );

export const wrongChecksum = (offset: number) =>
  new TusError(
    460,
    "UPLOAD_CHECKSUM",
    "The bytes that arrived are not the ones that were sent.",
    "They were thrown away; send them again from the same offset.",
    { "upload-offset": String(offset) },
  );

export const tooMuch = (totalBytes: number, offset: number) =>
  new TusError(
    413,
    "FILE_TOO_LARGE",
    `More came than the ${bytesWord(totalBytes)} that the upload announced.`,
    "Start the upload again; the file has probably changed in the meantime.",
    { "upload-offset": String(offset) },
  );

export const uploadBusy = () =>
  new TusError(
    423,
    "UPLOAD_BUSY",
    "Another connection is sending to this upload.",
    "Ask for the offset again in a few seconds, then go on.",
  );

export const uploadGone = (problem: { message: string; fix: string } | null) =>
  new TusError(
    410,
    "UPLOAD_GONE",
    problem?.message ?? "Nobody has gone on with this upload for a day, so its bytes were thrown away.",
    problem?.fix ?? "Upload the file again from its beginning.",
  );

export const uploadDone = () =>
  new TusError(
    409,
    "UPLOAD_DONE",
    "The upload is complete and has become a contribution.",
    "Discard the contribution instead.",
  );

export const wrongHeader = (name: string, wanted: string) =>
  new TusError(
    400,
    "INPUT_INVALID",
    `The header ${name} is missing or not readable.`,
    `Send ${name}: ${wanted}.`,
  );

export const wrongContentType = () =>
  new TusError(
    415,
    "CONTENT_TYPE",
    "The bytes of an upload come as application/offset+octet-stream.",
    "Send the header Content-Type: application/offset+octet-stream.",
  );

export const uploadCut = () =>
  new TusError(
    400,
    "UPLOAD_CUT",
    "The connection broke during the upload.",
    "What arrived is kept. Ask for the offset, then go on from there.",
  );
