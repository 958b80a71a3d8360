import type { ShownError } from "../common/shown-error";

const NO_ANSWER: ShownError = {
  code: "OFFLINE",
  message: "The connection broke during the upload.",
  fix: "Check that you are online, then choose the file again.",
};

/** Sends a file of mended rows. Throws a ShownError. */
export async function sendMended<T>(contributionId: string, to: "mend" | "resubmit", file: File): Promise<T> {
  const response = await fetch(`/api/contributions/${contributionId}/${to}`, {
    method: "POST",
    body: file,
    headers: { "x-file-name": encodeURIComponent(file.name.slice(-120)) },
  }).catch(() => {
    throw NO_ANSWER;
  });
  const body = (await response.json().catch(() => null)) as { error?: ShownError } | null;
  if (response.ok && body) return body as T;
  throw body?.error ?? NO_ANSWER;
}
