import { AppError } from "@/server/errors";

/** Children at once in this process: each may hold half a gigabyte. */
const MOST_AT_ONCE = 2;
let atOnce = 0;

/** Room for one child that checks a file while somebody waits; the answer gives it back. Error: RATE_LIMITED (429). */
export function takeChildSlot(): () => void {
  if (atOnce >= MOST_AT_ONCE) {
    const fix = "Try again in a few seconds.";
    throw new AppError("TOO_MANY_REQUESTS", "RATE_LIMITED", "Other files are being checked just now.", fix);
  }
  atOnce += 1;
  return () => {
    atOnce -= 1;
  };
}
