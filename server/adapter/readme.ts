import type { ExportReport, ImportedFacts } from "@/db/schema";
import type { Goal } from "@/db/schema/datanet.constants";
import type { Ability } from "@/server/evaluation/ability";
import type { EvaluationSummary } from "@/server/evaluation/parse";
import { abilitySentence, pText, readableReason } from "@/server/evaluation/words";

/** Everything the model card is written from; nothing of it is typed in by hand but names. */
export type ReadmeFacts = {
  name: string;
  builder: string;
  sha256: string;
  configSha256: string;
  base: { id: string; name: string; revision: string; hash: string; licence: string; notice: string };
  /** Null for an adapter made elsewhere: nothing is known of its data. */
  data: {
    licence: string | null;
    versions: {
      datanet: string;
      version: number;
      licence: string;
      rows: number;
      root: string;
      sources: string[];
    }[];
    contributors: { name: string | null; address: string; rows: number }[];
    excluded: string[];
  } | null;
  imported: ImportedFacts | null;
  /** What it was told before each question, in training or when it was measured; null when it was neither. */
  system: { message: string; goal: Goal } | null;
  training: { preset: string; seed: number; configHash: string; settings: [string, string][] } | null;
  evaluation: { verdict: string; opening: number; summary: EvaluationSummary } | null;
  /** Null where it was not measured. */
  ability: Pick<Ability, "overall" | "margin"> | null;
  record: { tokenId: string; txHash: string | null; chainId: number; contract: string } | null;
  /** Set for an export: base and adapter as one model, and what its re-test found. */
  merged: ExportReport | null;
  files: string[];
};

const VERDICTS: Record<string, string> = {
  better: "Better",
  worse: "Worse",
  not_enough_evidence: "Not enough evidence",
  not_measured: "Not measured",
};

/** The model card as Markdown with the front matter that model hubs read: equal facts give equal text. */
export function buildReadme(facts: ReadmeFacts): string {
  const { base, data, merged } = facts;
  const licence = data?.licence ?? facts.imported?.licence ?? "other";
  const front = [
    "---",
    `library_name: ${merged ? "transformers" : "peft"}`,
    `base_model: ${JSON.stringify(base.id)}`,
    `license: ${JSON.stringify(licence.toLowerCase())}`,
    "tags: [lora, modelfactory]",
    "---",
  ];
  return `${[
    front.join("\n"),
    `# ${oneLine(facts.name)}`,
    `${merged ? `${base.name} with a LoRA adapter merged in` : `A LoRA adapter for ${base.name}`}, ${data ? "trained" : "brought in"} by ${facts.builder}. Every line below was filled from what was measured or recorded.`,
    measured(facts),
    `## Base model\n\n${list([
      `${base.name}, id \`${base.id}\`, revision \`${base.revision}\``,
      `hash of its files: \`${base.hash}\``,
      `licence: ${base.licence}`,
    ])}${base.notice ? `\n\n> ${base.notice.trim().replaceAll("\n", "\n> ")}` : ""}`,
    data ? dataSection(data) : elsewhere(facts.imported!),
    facts.training ? training(facts.training) : null,
    record(facts),
    `## How to load it\n\n${merged ? mergedLoading(merged) : loading(base.id)}`,
    asking(facts),
    `## Files\n\n${list(facts.files.map((name) => `\`${name}\``))}\n\nSHA-256 of the adapter's weights: \`${facts.sha256}\`, of its configuration: \`${facts.configSha256}\`.`,
  ]
    .filter((part) => part !== null)
    .join("\n\n")}\n`;
}

function measured({ evaluation, ability, data }: ReadmeFacts): string {
  if (!evaluation) return "## Verdict\n\nNot measured.";
  const { summary, verdict, opening } = evaluation;
  const { comparison, arms, n } = summary;
  if (summary.metric === "preference") return judgedSection(verdict, summary);
  const of = (arm: string) => {
    const found = arms[arm];
    return found
      ? `${found.correct} of ${found.n} right (95 % interval ${percent(found.low)} to ${percent(found.high)})`
      : "not asked";
  };
  return `## Verdict: ${VERDICTS[verdict] ?? verdict}

${list([
  `difference to the base alone: ${signed(comparison.difference)} of 100 (95 % interval ${signed(comparison.low)} to ${signed(comparison.high)}), ${comparison.fixed} fixed, ${comparison.broken} broken, of ${n} locked test questions`,
  `base alone: ${of("base")}`,
  `base with the best prompt and examples: ${of("prompted")}`,
  `this adapter: ${of("tuned")}`,
  `always the most frequent answer: ${of("majority")}`,
  `${COUNTED[summary.metric]}, exact McNemar test, ${pText(comparison.pValue)}; this was opening number ${opening} of the test`,
])}

${readableReason(comparison.reason)} Measured on one locked test${data ? " of these Datanet versions" : ""}; other data may give other results. ${ability ? abilitySentence(ability.overall, ability.margin) : "General ability outside this task was not measured."}`;
}

const COUNTED = {
  accuracy: "right labels",
  exact_match: "answers that match exactly",
  all_fields: "texts with every field right",
};

/** A style: what people said of it, and the figures beside it that decide nothing. */
function judgedSection(verdict: string, { preference, arms, n }: EvaluationSummary): string {
  const likeness = (arm: string) => arms[arm]?.likeness?.f1.toFixed(2) ?? "not asked";
  return `## Verdict: ${VERDICTS[verdict] ?? verdict}

${list([
  preference
    ? `judged blind by ${preference.people} people: this adapter preferred on ${preference.tuned}, the base on ${preference.base}, of ${preference.judged} judged test questions of ${n}`
    : `people have judged none of the ${n} test questions`,
  `words shared with the reference (token F1), which decides nothing: base ${likeness("base")}, this adapter ${likeness("tuned")}`,
])}

${preference?.reason ?? "A style is judged by people."} General ability outside this task was not measured.`;
}

function dataSection(data: NonNullable<ReadmeFacts["data"]>): string {
  const versions = data.versions.map(
    ({ datanet, version, licence, rows, root, sources }) =>
      `${oneLine(datanet)}, version ${version}: ${rows} rows under ${licence}, root \`${root}\`${
        sources.length > 0 ? `; sources named by its rows: ${sources.map(oneLine).join("; ")}` : ""
      }`,
  );
  const people = data.contributors.map(
    ({ name, address, rows }) =>
      `${name ? `${oneLine(name)}, ` : ""}\`${address}\`: ${rows} ${rows === 1 ? "row" : "rows"} trained on`,
  );
  const left = data.excluded.length > 0 ? `\n\nLeft out of training: ${data.excluded.join(", ")}.` : "";
  return `## Data and attribution

${list(versions)}

The adapter inherits ${data.licence ?? "no single licence: the licences above forbid joining them"}.

### Contributors

${list(people)}${left}`;
}

const elsewhere = (imported: ImportedFacts): string => `## Data

Made elsewhere: nothing is known here of its training data, so no influence could be computed and nobody is credited.

${list([
  `licence, as its importer stated it: ${imported.licence}`,
  `where it comes from, as its importer stated it: ${oneLine(imported.source) || "not said"}`,
  `base model, as its adapter_config.json states it: ${oneLine(imported.statedBase) || "not said"}`,
  `rank ${imported.rank}, alpha ${imported.alpha}, ${imported.tensors} tensors of ${imported.dtype}`,
])}`;

const training = ({ preset, seed, configHash, settings }: NonNullable<ReadmeFacts["training"]>): string =>
  `## Training\n\n${list([
    `preset ${preset}, seed ${seed}, settings hash \`${configHash}\``,
    settings.map(([name, value]) => `${name} ${value}`).join(", "),
  ])}`;

function record({ record, data }: ReadmeFacts): string | null {
  if (!data) return null;
  if (!record) return "## Record\n\nNot published on a chain.";
  return `## Record

Adapter number ${record.tokenId} of contract \`${record.contract}\` on chain ${record.chainId}${
    record.txHash ? `, transaction \`${record.txHash}\`` : ""
  }. publication.json holds the hashes that it commits to.`;
}

const loading = (baseId: string): string => `\`\`\`python
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

base = "path/to/${baseId}"  # the very files named above: another revision may answer differently
tokenizer = AutoTokenizer.from_pretrained(base)
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), "path/to/this/folder")
\`\`\``;

const mergedLoading = (report: ExportReport): string => `\`\`\`python
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("path/to/this/folder")
model = AutoModelForCausalLM.from_pretrained("path/to/this/folder")
\`\`\`

Weights in ${report.dtype}. Re-tested before it was offered: read back from its file it gave ${report.equal} of ${report.answers} ${report.recorded === report.answers ? "recorded golden answers to the letter" : "golden answers to the letter as base and adapter give them on the machine that made it"}, no score behind a word (logit) moved by more than ${report.maxLogitDifference} (${report.tolerance} allowed), ${report.tokenizer}.`;

/** Without it a base's template may put a message of its own before the question, which no row was trained with. */
function asking({ system, data }: ReadmeFacts): string | null {
  if (!system) return null;
  const when = data ? "trained and measured" : "measured";
  const others =
    system.goal === "answer" || system.goal === "style"
      ? " (a row that brought its own system text was asked with that)"
      : "";
  return `## How to ask it

It was ${when} with the base's own chat template and, before each question, this system message${others}. Set it wherever you run the model, also in llama.cpp, Ollama or LM Studio; leave it out and answers may differ from what was measured.

${system.message.replace(/^/gm, "    ")}

\`\`\`python
messages = [{"role": "system", "content": ${JSON.stringify(system.message)}}, {"role": "user", "content": "your question"}]
asked = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)
answer = model.generate(**asked, max_new_tokens=64, do_sample=False)
print(tokenizer.decode(answer[0, asked["input_ids"].shape[1]:], skip_special_tokens=True))
\`\`\``;
}

const list = (lines: string[]) => lines.map((line) => `- ${line}`).join("\n");
const percent = (fraction: number) => `${Math.round(fraction * 100)} %`;
/** Names are people's text: one line, and no Markdown of their own. */
const oneLine = (text: string) =>
  text
    .replace(/\s+/g, " ")
    .replace(/[[\]<>`*_#|\\]/g, "\\$&")
    .trim();

function signed(fraction: number): string {
  const points = Math.round(fraction * 100);
  return points > 0 ? `+${points}` : `${points}`;
}
