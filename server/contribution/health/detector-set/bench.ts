import { readFileSync } from "node:fs";
import { heldOut } from "./held-out";
import { measure } from "./measure";
import type { LabelledLine } from "./types";

/** `npm run bench -- detectors [--file F.jsonl]`: each line {"text", "kinds"}; without a file the held-out set. */
const [file] = process.argv.slice(2);
const lines: LabelledLine[] =
  file === undefined
    ? heldOut()
    : readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => JSON.parse(line) as LabelledLine);
const { kinds, all } = measure(lines);
process.stdout.write(`${JSON.stringify({ lines: lines.length, kinds, all })}\n`);
