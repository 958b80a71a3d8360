import { AppError } from "@/server/errors";

/** Ends with UPLOAD_CUT, not with an error of ours, when the sender goes away in the middle. */
export async function* bodyChunks(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (!body) return;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: Error) => {
        const fix = "Upload the file again; nothing was kept of it.";
        throw new AppError(
          "BAD_REQUEST",
          "UPLOAD_CUT",
          "The connection broke during the upload.",
          fix,
          error.message,
        );
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
