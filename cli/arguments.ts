import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { GOALS, type Goal } from "@/db/schema/datanet.constants";
import { PRESETS, type Preset } from "@/db/schema/training-run.constants";
import { type ColumnMapping, ROLES, type Role } from "@/server/contribution/intake/mapping";
import { SAMPLE_KEYS, SAMPLES, type Sample, type SampleKey } from "@/server/sample/catalogue";
import { usage } from "./failure";

export const HELP = `Usage: npm run factory -- COMMAND [OPTIONS]

  validate FILE [--goal answer|label|fields|style] [--fields A,B,…] [--map ROLE=COLUMN,…] [--encoding NAME]
      [--sheet NAME] [--headings] [--json]
      Reads a CSV, TSV, JSON, JSON Lines, Parquet, Excel, Word, PDF, Markdown or text file, also packed by gzip or ZIP,
      and says which rows would be kept, and why the others not. --headings takes a document's headings as prompts.

  run --data FILE [--contributor NAME] [--data FILE …] --goal answer|label|fields|style --out DIR
      [--fields A,B,…] [--base tiny] [--preset quick|balanced|thorough] [--seed 0] [--map ROLE=COLUMN,…] [--encoding NAME] [--json]
      File to adapter: split, baseline, training, before/after, influence. A --contributor names the --data before it.
      With --goal fields an answer is a JSON object, or a column for each field; --fields names them, else the first row does.
      With --goal style nothing is decided here: people judge it, in the app.

  run --sample labels|word-forms --out DIR [--base tiny] [--preset quick|balanced|thorough] [--seed 7]
      [--without NAME]
      The same on a sample as it lies under samples/, with the ids, the split and the hashes of the app's own seed.
      --without trains without one contributor's rows; the test stays the same.

  recompute RUN_DIR [--retrain] [--tolerance 1e-3] [--json]
      Computes a run's figures again from the files of its evidence/ alone, and says equal or different; without this app:
      python -m runner.recompute RUN_DIR.

  divide RUN_DIR [--by contributor|datanet] [--budget-minutes 30] [--seeds 1] [--json]
      Divides a run's improvement among its contributors by training again without them: Shapley values with intervals,
      and shares in basis points. A larger budget goes on where a smaller one ended.

  sample --out DIR [--name labels|word-forms]
      Writes a sample, one CSV per contributor: WordNet definitions to be sorted into eight labels, or the nouns of verbs.

  base add HF_ID --revision SHA [--from DIR] [--licence NAME] [--data DIR]
      Adds a base model of Hugging Face at a pinned commit, downloaded or from a folder, hashed into the data folder.

  backup [--data DIR] [--out DIR]      Copies a data folder, also while the app runs, to a new folder.
  restore --from DIR --data DIR        Makes a new data folder from a backup; every file is hashed again.
  doctor [--data DIR]                  Says what is wrong with a data folder, and what to do.

ROLE is prompt, answer, system, category or source. With --json standard output is one JSON object; progress goes to
standard error. Exit codes: 0 done, 2 bad input or usage, 1 anything else.`;

export type DataFile = { path: string; contributor: string };
export type RunArguments = {
  data: DataFile[];
  goal: Goal;
  base: string;
  preset: Preset;
  seed: number;
  out: string;
  /** With goal fields: their names in order; the first row's where absent. */
  fields?: string[];
  mapping?: ColumnMapping;
  encoding?: string;
  /** A sample's own rows, ids and split instead of files. */
  sample?: Sample;
  /** A contributor whose rows are not trained on. */
  without?: string;
};
export type ValidateArguments = {
  path: string;
  goal?: Goal;
  fields?: string[];
  mapping?: ColumnMapping;
  encoding?: string;
  sheet?: string;
  useHeadings?: boolean;
};

const READING = {
  goal: { type: "string" },
  fields: { type: "string" },
  map: { type: "string" },
  encoding: { type: "string" },
} as const;
const SEE_HELP = "Run `npm run factory -- --help` for the options.";

/** Paths are taken from `folder`, where the person stands. Throws USAGE. */
export function validateArguments(argv: readonly string[], folder: string): ValidateArguments {
  const { values, positionals } = strictArgs(
    argv,
    { ...READING, sheet: { type: "string" }, headings: { type: "boolean" }, json: { type: "boolean" } },
    true,
  );
  const [file, ...more] = positionals;
  if (file === undefined)
    throw usage("validate needs a FILE.", "For example: npm run factory -- validate a.csv");
  if (more.length > 0) throw usage("validate takes one FILE.", "Validate the files one by one.");
  const goal = values.goal === undefined ? undefined : oneOf("--goal", values.goal, GOALS);
  const fields = fieldsOf(values.fields, goal);
  const mapping = mappingOf(values.map);
  return {
    path: resolve(folder, file),
    goal,
    ...(fields ? { fields } : {}),
    mapping,
    encoding: values.encoding,
    ...(values.sheet !== undefined ? { sheet: values.sheet } : {}),
    ...(values.headings ? { useHeadings: true } : {}),
  };
}

/** Throws USAGE. */
export function runArguments(argv: readonly string[], folder: string): RunArguments {
  const { values, tokens } = strictArgs(
    argv,
    {
      ...READING,
      data: { type: "string", multiple: true },
      contributor: { type: "string", multiple: true },
      base: { type: "string" },
      preset: { type: "string" },
      seed: { type: "string" },
      out: { type: "string" },
      json: { type: "boolean" },
      sample: { type: "string" },
      without: { type: "string" },
    },
    false,
  );
  const sample =
    values.sample === undefined ? undefined : SAMPLES[oneOf("--sample", values.sample, SAMPLE_KEYS)];
  if (values.without !== undefined && !sample?.contributors.includes(values.without)) {
    throw usage(
      `--without ${values.without} names nobody of a --sample.`,
      sample ? `Use one of: ${sample.contributors.join(", ")}.` : "Leave the file out instead.",
    );
  }
  const data: DataFile[] = [];
  for (const token of tokens) {
    if (token.kind !== "option" || token.value === undefined) continue;
    if (token.name === "data") data.push({ path: resolve(folder, token.value), contributor: "" });
    if (token.name !== "contributor") continue;
    const last = data.at(-1);
    if (last === undefined || last.contributor !== "") {
      throw usage(
        `--contributor ${token.value} follows no --data.`,
        "A --contributor names the --data before it.",
      );
    }
    if (token.value.trim() === "")
      throw usage("--contributor needs a name.", "Give a name, or leave it out.");
    last.contributor = token.value.trim();
  }
  if (sample && data.length > 0) throw usage("--sample brings its own data.", "Leave --data out.");
  if (data.length === 0 && !sample)
    throw usage("run needs at least one --data FILE, or a --sample NAME.", SEE_HELP);
  for (const file of data) file.contributor ||= basename(file.path).replace(/\.[^.]+$/, "");
  const goal = sample?.goal ?? values.goal;
  if (goal === undefined)
    throw usage("run needs a --goal.", `Give one of: ${GOALS.map((each) => `--goal ${each}`).join(", ")}.`);
  const fields = fieldsOf(values.fields, goal);
  if (values.out === undefined) throw usage("run needs an --out DIR.", "Name a folder for the results.");
  const seed = Number(values.seed ?? sample?.seed ?? "0");
  if (!Number.isInteger(seed) || seed < 0 || seed > 2 ** 31 - 1) {
    throw usage(`--seed ${values.seed} is not a whole number from 0 to 2147483647.`, "Give another seed.");
  }
  return {
    data,
    goal: oneOf("--goal", goal, GOALS),
    base: values.base ?? sample?.base ?? "tiny",
    preset: oneOf("--preset", values.preset ?? sample?.preset ?? "balanced", PRESETS),
    seed,
    out: resolve(folder, values.out),
    ...(fields ? { fields } : {}),
    mapping: mappingOf(values.map),
    encoding: values.encoding,
    ...(sample ? { sample } : {}),
    ...(values.without === undefined ? {} : { without: values.without }),
  };
}

/** Throws USAGE. */
export function sampleArguments(argv: readonly string[], folder: string): { out: string; name: SampleKey } {
  const { values } = strictArgs(
    argv,
    { out: { type: "string" }, name: { type: "string" }, json: { type: "boolean" } },
    false,
  );
  if (values.out === undefined) throw usage("sample needs an --out DIR.", "Name a folder for the files.");
  return {
    out: resolve(folder, values.out),
    name: oneOf("--name", values.name ?? "labels", SAMPLE_KEYS),
  };
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

function strictArgs<T extends Options>(argv: readonly string[], options: T, allowPositionals: boolean) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals, tokens: true, strict: true });
  } catch (error) {
    const [sentence] = (error as Error).message.split(". ");
    throw usage(`${sentence!.replace(/\.$/, "")}.`, SEE_HELP);
  }
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value);
  if (found === undefined)
    throw usage(`${option} ${value} is not known.`, `Use one of: ${allowed.join(", ")}.`);
  return found;
}

/** "vendor,total" */
function fieldsOf(text: string | undefined, goal: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  if (goal !== "fields") throw usage("--fields goes with --goal fields.", "Leave it out, or give that goal.");
  const fields = [...new Set(text.split(",").map((name) => name.normalize("NFC").trim()))].filter(Boolean);
  if (fields.length === 0) throw usage("--fields names nothing.", "For example: --fields vendor,total");
  return fields;
}

/** "prompt=question,answer=reply" */
function mappingOf(text: string | undefined): ColumnMapping | undefined {
  if (text === undefined) return undefined;
  const mapping: ColumnMapping = {};
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    const role = part.slice(0, Math.max(0, at)).trim();
    if (!(ROLES as readonly string[]).includes(role)) {
      throw usage(`--map ${part} is not ROLE=COLUMN.`, `ROLE is one of: ${ROLES.join(", ")}.`);
    }
    mapping[role as Role] = part.slice(at + 1).trim();
  }
  return mapping;
}
