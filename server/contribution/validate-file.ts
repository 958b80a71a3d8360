import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { requireRate } from "@/server/rate-limit";
import type { SignedInContext } from "@/server/trpc";
import { takeChildSlot } from "./child-slot";
import { displayFileName } from "./file-name";
import { FileRefused, type Problem, problem } from "./intake/codes";
import type { IntakeOptions, IntakeSummary, SetAside } from "./intake/intake";
import { fatalProblem, plainProblem, reportHead } from "./intake/report";
import { refusedSummary, runParseChild } from "./intake/run-parse-child";

const RATE = { name: "contribution.validate", limit: 20, windowMs: 60_000 };
const TIME_LIMIT_MS = 60_000;

export type FileToValidate = {
  fileName: string | null;
  content: AsyncIterable<Uint8Array>;
  maxBytes: number;
  options: Omit<IntakeOptions, "name" | "path" | "scratch" | "maxBytes">;
};

/**
 * Checks a file as an upload would be, in a child, and stores nothing. The answer is the JSON of
 * `npm run factory -- validate FILE --json` in pieces, so that a million problems never lie in memory; reading it to
 * its end, or leaving it, deletes what was written meanwhile. Errors: RATE_LIMITED (429), what `content` throws.
 */
export async function validateFile(
  ctx: SignedInContext,
  { dataDir, childEntry }: { dataDir: string; childEntry: string },
  file: FileToValidate,
): Promise<AsyncGenerator<string>> {
  requireRate(ctx, RATE);
  const giveBack = takeChildSlot();
  const folder = path.resolve(dataDir, "tmp", `validate-${crypto.randomUUID()}`);
  const close = async () => {
    giveBack();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const setAsidePath = path.join(folder, "set-aside.jsonl");
    const paths = { setAsidePath, findingsPath: path.join(folder, "findings.jsonl") };
    const summary = await read(childEntry, folder, paths, file);
    return pieces(summary, paths, file.options, close);
  } catch (error) {
    await close();
    throw error;
  }
}

type Paths = { setAsidePath: string; findingsPath: string };

async function read(
  entry: string,
  folder: string,
  paths: Paths,
  { fileName, content, maxBytes, options }: FileToValidate,
): Promise<IntakeSummary> {
  const target = path.join(folder, "file");
  try {
    await pipeline(counted(content, maxBytes), createWriteStream(target, { mode: 0o600 }));
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    return refusedSummary(error.problem);
  }
  const name = displayFileName(fileName);
  const job = {
    path: target,
    options: { ...options, name, maxBytes },
    keptPath: path.join(folder, "kept.jsonl"),
    ...paths,
  };
  return runParseChild({ entry, job, timeLimitMs: TIME_LIMIT_MS });
}

async function* counted(content: AsyncIterable<Uint8Array>, maxBytes: number) {
  let total = 0;
  for await (const chunk of content) {
    total += chunk.byteLength;
    if (total > maxBytes) throw new FileRefused(problem("FILE_TOO_LARGE", { maxBytes }));
    yield chunk;
  }
}

async function* pieces(
  summary: IntakeSummary,
  { setAsidePath, findingsPath }: Paths,
  { goal }: FileToValidate["options"],
  close: () => Promise<void>,
): AsyncGenerator<string> {
  try {
    let first: Problem | undefined;
    yield '{"problems":[';
    if (summary.problem !== null) yield JSON.stringify(plainProblem(summary.problem));
    else {
      for await (const line of lines(setAsidePath)) {
        const { problem: found } = JSON.parse(line) as SetAside;
        yield (first === undefined ? "" : ",") + JSON.stringify(plainProblem(found));
        first ??= found;
      }
    }
    yield '],"findings":[';
    if (summary.problem === null) {
      let separator = "";
      for await (const line of lines(findingsPath)) {
        yield separator + line;
        separator = ",";
      }
    }
    yield `],${JSON.stringify(reportHead(summary, goal, fatalProblem(summary, first))).slice(1)}`;
  } finally {
    await close();
  }
}

/** The child writes U+2028 and U+2029 escaped, so readline ends no line too early. */
const lines = (file: string) => createInterface({ input: createReadStream(file, "utf8"), crlfDelay: 0 });
