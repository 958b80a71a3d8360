import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { SAMPLES, type SampleKey } from "@/server/sample/catalogue";
import { EXIT_FAILED, Failure } from "./failure";
import type { Output } from "./validate";

const SCRIPTS: Record<SampleKey, string> = {
  labels: "wordnet-labels.mjs",
  "word-forms": "wordnet-word-forms.mjs",
};

/** Writes a sample by the script that made the files the app seeds. */
export function sample(out: string, name: SampleKey, root: string): Output {
  const script = join(root, "scripts", "samples", SCRIPTS[name]);
  const { status, stderr } = spawnSync(process.execPath, [script, "--out", out], { encoding: "utf8" });
  if (status !== 0) {
    const reason = stderr.trim().split("\n").at(-1) || "no message";
    throw new Failure(
      "SAMPLE",
      `The sample could not be written: ${reason}.`,
      "Run npm install and try again.",
      EXIT_FAILED,
    );
  }
  const files = readdirSync(out)
    .filter((name) => name.endsWith(".csv"))
    .sort()
    .map((name) => ({ contributor: name.replace(/\.csv$/, ""), path: join(out, name) }));
  const options = files
    .map(({ path, contributor }) => `--data ${path} --contributor ${contributor}`)
    .join(" ");
  return {
    json: { files },
    text: `${files.map(({ path }) => path).join("\n")}\n\nNext: npm run factory -- run ${options} --goal ${SAMPLES[name].goal} --preset quick --out ${join(out, "result")}`,
    exitCode: 0,
  };
}
