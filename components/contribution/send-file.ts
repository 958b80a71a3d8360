"use client";
import type { DetailedError, HttpResponse, Upload, UploadOptions } from "tus-js-client";
import type { ShownError } from "../common/shown-error";
import { unfinished } from "./unfinished";

export type UploadError = ShownError & { contributionId?: string };
export type FileToSend = { file: Blob; name: string; datanetId: string; taskId: string | null };
export type SendingEvents = {
  /** @param sent bytes, those of an earlier connection among them */
  onProgress: (sent: number) => void;
  /** The connection is gone; it is tried again. */
  onWaiting: () => void;
  onDone: (contributionId: string) => void;
  onFailed: (error: UploadError) => void;
};
/** `cancel` deletes it on the server; `leave` only stops, so that it can go on later. */
export type Sending = { cancel: () => void; leave: () => void };

const ENDPOINT = "/api/uploads/tus";
/** One request each: small enough for a proxy, and a new connection costs at most so much again. */
const CHUNK_BYTES = 8_000_000;
/** Then for an hour: a train's tunnel, a laptop's lid. Any byte that arrives begins the list anew. */
const RETRY_MS = [300, 1_000, 2_000, ...Array<number>(720).fill(5_000)];
/** The server shows 120 characters of it. */
const NAME_CHARS = 300;

const NO_ANSWER: UploadError = {
  code: "OFFLINE",
  message: "The connection broke during the upload.",
  fix: "Check that you are online, then choose the file again. It goes on where it stopped.",
};

/** Sends one file by the tus protocol, from where an earlier try stopped, and goes on by itself after a break. */
export function sendFile(of: FileToSend, events: SendingEvents): Sending {
  let upload: Upload | null = null;
  let isOver = false;

  async function start(known: string | null): Promise<void> {
    const tus = await import("tus-js-client");
    if (isOver) return;
    upload = new tus.Upload(of.file as File, optionsFor(known));
    upload.start();
  }

  function optionsFor(known: string | null): UploadOptions {
    const url = new URL(known ?? ENDPOINT, window.location.origin).href;
    return {
      ...(known ? { uploadUrl: url } : { endpoint: url }),
      metadata: metadataOf(of),
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_MS,
      // Remembered by ourselves: the library forgets an upload at any refusal, and begins anew when a server is away.
      storeFingerprintForResuming: false,
      onUploadUrlAvailable: () => {
        upload!.options.endpoint = null;
        remember(upload!.url!, of);
      },
      onProgress: events.onProgress,
      onShouldRetry: (error) => {
        const isWorthIt = isWorthAnother(error.originalResponse);
        if (isWorthIt) events.onWaiting();
        return isWorthIt;
      },
      onSuccess: ({ lastResponse }) => {
        unfinished.forget(pathOf(upload!.url!));
        events.onDone(lastResponse.getHeader("x-contribution-id") ?? "");
      },
      onError: (error) => refused(error as DetailedError),
    };
  }

  let hasBegunAnew = false;
  function refused(error: DetailedError): void {
    const status = error.originalResponse?.getStatus() ?? 0;
    const shown = errorOf(error.originalResponse);
    // The bytes wait for a new session, or for room; everything else that is refused is refused for good.
    const isKept = status < 400 || status === 401 || shown.code === "QUOTA";
    if (upload?.url && !isKept) unfinished.forget(pathOf(upload.url));
    if ((status === 404 || status === 410) && !hasBegunAnew && !isOver) {
      hasBegunAnew = true;
      begin(null);
    } else events.onFailed(shown);
  }

  function begin(known: string | null): void {
    start(known).catch(() => events.onFailed(NO_ANSWER));
  }

  begin(unfinished.find(of.datanetId, of.file, of.name)?.url ?? null);
  return {
    cancel: () => {
      isOver = true;
      if (upload?.url) unfinished.forget(pathOf(upload.url));
      upload?.abort(true).catch(() => {});
    },
    leave: () => {
      isOver = true;
      upload?.abort().catch(() => {});
    },
  };
}

const pathOf = (url: string) => new URL(url).pathname;

function metadataOf({ name, datanetId, taskId }: FileToSend): Record<string, string> {
  const filename = name.slice(-NAME_CHARS).toWellFormed();
  return taskId ? { filename, datanetId, taskId } : { filename, datanetId };
}

function remember(url: string, { file, name, datanetId }: FileToSend): void {
  if (!(file instanceof File)) return;
  const { size: bytes, lastModified } = file;
  unfinished.remember({ url: pathOf(url), datanetId, name, bytes, lastModified });
}

/** No answer at all, a server that is away, another connection that still holds it, or one that moved the offset. */
function isWorthAnother(response: HttpResponse | null): boolean {
  const status = response?.getStatus() ?? 0;
  if (status === 409) return errorOf(response).code === "UPLOAD_OFFSET";
  if (status === 400) return errorOf(response).code === "UPLOAD_CUT";
  return status === 0 || status === 423 || status === 429 || (status >= 500 && status !== 507);
}

function errorOf(response: HttpResponse | null): UploadError {
  if (!response) return NO_ANSWER;
  const contributionId = response.getHeader("x-contribution-id");
  try {
    const { error } = JSON.parse(response.getBody()) as { error: UploadError };
    return contributionId ? { ...error, contributionId } : error;
  } catch {
    // An answer to HEAD has no body.
    return response.getStatus() === 401 ? SIGNED_OUT : NO_ANSWER;
  }
}

const SIGNED_OUT: UploadError = {
  code: "SIGN_IN",
  message: "Your session is over.",
  fix: "Sign in, then choose the file again. It goes on where it stopped.",
};
