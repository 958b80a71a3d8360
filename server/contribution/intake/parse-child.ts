/**
 * Inspects and reads one file as a process of its own, so that the parent may bound its memory and time and kill it.
 * stdin: one line of JSON (ParseJob), then held open; its end means that the parent is gone, and so is this.
 * stdout: JSON lines, {"type":"inspected",inspection}, {"type":"progress",bytes,rows} and at last
 * {"type":"done",summary}.
 * Kept and set-aside rows are written as JSON lines to the two files of the job.
 */
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { FileRefused } from "./codes";
import { inspectFile } from "./inspect";
import { intakeStream } from "./intake";
import { readMended } from "./mended";
import { emptySummary, jsonLine, type ParseJob, type ParseMessage, refusedSummary } from "./run-parse-child";

const BUFFER_CHARS = 262_144;

class LineFile {
  private readonly file: FileHandle;
  private lines = "";

  constructor(file: FileHandle) {
    this.file = file;
  }

  async add(value: unknown): Promise<void> {
    this.push(value);
    await this.flushFull();
  }

  /** Without waiting: for lines that come between two that do wait. */
  push(value: unknown): void {
    this.lines += jsonLine(value);
  }

  async flushFull(): Promise<void> {
    if (this.lines.length >= BUFFER_CHARS) await this.flush();
  }

  async flush(): Promise<void> {
    const { lines } = this;
    this.lines = "";
    await this.file.write(lines);
  }

  async close(): Promise<void> {
    await this.flush();
    await this.file.close();
  }
}

const say = (message: ParseMessage) => process.stdout.write(jsonLine(message));

async function listMended({ path, options, keptPath }: ParseJob): Promise<void> {
  const rows = new LineFile(await open(keptPath, "w", 0o600));
  const columns = new Set<string>();
  let count = 0;
  try {
    for await (const { row, cells } of readMended({ path, name: options.name ?? path })) {
      count += 1;
      for (const name of Object.keys(cells)) columns.add(name);
      await rows.add({ row, cells });
    }
    const counts = { uploaded: count, kept: count, repaired: 0, setAside: 0 };
    say({ type: "done", summary: { ...emptySummary(), fields: [...columns], rows: counts } });
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    say({ type: "done", summary: refusedSummary(error.problem) });
  } finally {
    await rows.close();
  }
}

async function run(job: ParseJob): Promise<void> {
  if (job.isMended) return listMended(job);
  const scratch = dirname(job.keptPath);
  const options = { ...job.options, path: job.path, scratch };
  say({ type: "inspected", inspection: await inspectFile(job.path, options) });
  const kept = new LineFile(await open(job.keptPath, "w", 0o600));
  const setAside = new LineFile(await open(job.setAsidePath, "w", 0o600));
  const far = job.farPath === undefined ? null : new LineFile(await open(job.farPath, "w", 0o600));
  const findings = new LineFile(await open(job.findingsPath, "w", 0o600));
  const summary = await intakeStream(createReadStream(job.path, { highWaterMark: 262_144 }), options, {
    kept: async (row) => {
      await kept.add(row);
      await findings.flushFull();
    },
    setAside: (entry) => setAside.add(entry),
    finding: (finding) => findings.push(finding),
    far: (candidate) => far?.push(candidate),
    progress: (done) => say({ type: "progress", ...done }),
  });
  await kept.close();
  await setAside.close();
  await findings.close();
  await far?.close();
  say({ type: "done", summary });
}

let isStarted = false;
const input = createInterface({ input: process.stdin });
input.on("line", (line) => {
  if (isStarted) return;
  isStarted = true;
  run(JSON.parse(line) as ParseJob).then(
    // What was said last may still be on its way.
    () => process.stdout.write("", () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
});
input.on("close", () => process.exit(1));
