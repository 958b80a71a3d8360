import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Bundles the command as scripts/factory.mjs does, under a name of its own. Only for tests. */
export async function bundleFactory(): Promise<string> {
  mkdirSync(join(root, ".build"), { recursive: true });
  const outfile = join(root, ".build", `factory-test-${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, "cli", "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    tsconfig: join(root, "tsconfig.json"),
    logLevel: "error",
  });
  return outfile;
}

export type Finished = { code: number | null; stdout: string; stderr: string };
export type Started = {
  child: ChildProcess;
  finished: Promise<Finished>;
  said: (text: string) => Promise<void>;
};

export function startFactory(program: string, argv: readonly string[], cwd: string, env = {}): Started {
  const child = spawn(process.execPath, [program, ...argv], { cwd, env: { ...process.env, ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    child.emit("said");
  });
  const finished = new Promise<Finished>((resolve) =>
    child.once("close", (code) => resolve({ code, stdout, stderr })),
  );
  /** Resolves when standard error holds the text; rejects when the command ends without it. */
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => stderr.includes(text) && resolve();
      child.on("said", look);
      child.once("close", () => reject(new Error(`never said "${text}":\n${stderr}`)));
      look();
    });
  return { child, finished, said };
}
