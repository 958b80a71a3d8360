import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { AppError } from "@/server/errors";
import { takeChildSlot } from "./child-slot";
import type { MendedRow } from "./intake/mended";
import { runParseChild } from "./intake/run-parse-child";

const TIME_LIMIT_MS = 60_000;

export type Place = { dataDir: string; childEntry: string };

/**
 * The rows of a mended file, of two for one row the later, ascending, and the columns that they have; read by a child, as any
 * stranger's file is. Errors: NOT_A_MENDED_FILE and the intake's refusals (400), RATE_LIMITED (429).
 */
export async function readMendedRows(
  { dataDir, childEntry: entry }: Place,
  file: string,
  name: string,
): Promise<{ rows: MendedRow[]; columns: readonly string[] }> {
  const giveBack = takeChildSlot();
  const folder = path.resolve(dataDir, "tmp", `mend-${crypto.randomUUID()}`);
  const [keptPath, setAsidePath, findingsPath] = ["rows", "set-aside", "findings"].map((each) =>
    path.join(folder, each),
  ) as [string, string, string];
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const job = { path: file, options: { name }, keptPath, setAsidePath, findingsPath, isMended: true };
    const { problem, fields } = await runParseChild({ entry, job, timeLimitMs: TIME_LIMIT_MS });
    if (problem) throw new AppError("BAD_REQUEST", problem.code, problem.message, problem.fix);
    const lines = (await readFile(keptPath, "utf8")).split("\n").filter(Boolean);
    if (lines.length === 0) throw nothingMended();
    const byRow = new Map(lines.map((line) => JSON.parse(line) as MendedRow).map((row) => [row.row, row]));
    return { rows: [...byRow.values()].sort((a, b) => a.row - b.row), columns: fields };
  } finally {
    giveBack();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What every refusal of such a file says to do. */
export const DOWNLOAD_AGAIN = "Download the file again, and change the texts in that file.";

const nothingMended = () =>
  new AppError(
    "BAD_REQUEST",
    "NOT_A_MENDED_FILE",
    "This is not a file of mended rows: it has no row.",
    DOWNLOAD_AGAIN,
  );
