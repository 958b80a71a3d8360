/**
 * Runs one intake as a process of its own, so that the parent may bound its memory and time and kill it.
 * stdin: one line of JSON (ParseJob), then held open; its end means that the parent is gone, and so is this.
 * stdout: JSON lines, {"type":"progress",bytes,rows} and at last {"type":"done",summary}.
 * Kept and set-aside rows are written as JSON lines to the two files of the job.
 */
import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { intakeStream } from "./intake";
import { jsonLine, type ParseJob, type ParseMessage } from "./run-parse-child";

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

async function run(job: ParseJob): Promise<void> {
  const kept = new LineFile(await open(job.keptPath, "w", 0o600));
  const setAside = new LineFile(await open(job.setAsidePath, "w", 0o600));
  const far = job.farPath === undefined ? null : new LineFile(await open(job.farPath, "w", 0o600));
  const findings = new LineFile(await open(job.findingsPath, "w", 0o600));
  const summary = await intakeStream(createReadStream(job.path, { highWaterMark: 262_144 }), job.options, {
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
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
});
input.on("close", () => process.exit(1));
