import { AppError } from "@/server/errors";

/** No room on the disk, in its quota, or beyond the largest file it allows. */
const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** NO_SPACE (507) for a disk that takes no more, null for any other failure. */
export function noSpace(error: unknown): AppError | null {
  if (!FULL.has((error as NodeJS.ErrnoException | undefined)?.code ?? "")) return null;
  return new AppError(
    "NO_SPACE",
    "NO_SPACE",
    "The disk is full, so the file was not stored.",
    "Nothing was kept of it. Free some space, then upload again.",
  );
}
