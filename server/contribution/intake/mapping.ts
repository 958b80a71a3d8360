import type { Goal } from "@/db/schema/datanet.constants";
import { FileRefused, problem } from "./codes";
import { JOIN, plainName as plain } from "./column-names";
import { answerColumns, columnsOfFields } from "./fields";

export const ROLES = ["prompt", "answer", "system", "category", "source"] as const;
export type Role = (typeof ROLES)[number];
/**
 * Which column plays which role. `"instruction + input"` names two columns that are joined by a blank line
 * (the alpaca shape); a column of chat turns (`messages`, `conversations`) may play several roles at once.
 */
export type ColumnMapping = Partial<Record<Role, string>>;
export type Confidence = "high" | "low" | "none";

/** What to ask the person where the columns alone do not say. */
export type MappingQuestion = { role: "prompt" | "answer"; question: string; options: string[] };
export type DetectedMapping = {
  mapping: ColumnMapping;
  confidence: Confidence;
  shape: Shape;
  questions: MappingQuestion[];
};
export type Shape = "columns" | "prompt-completion" | "alpaca" | "messages" | "preference";

/** Best name first: where two columns fit one role, the earlier name wins. */
const NAMES: Record<Role, readonly string[]> = {
  prompt: (
    "prompt question instruction input text gloss query sentence utterance content request description user human " +
    "document review message userinput inputtext sourcetext problem task statement comment tweet passage"
  ).split(" "),
  answer: (
    "answer completion response output label target reply assistant expected expectedanswer expectedoutput gold " +
    "outputtext targettext solution groundtruth reference result class intent sentiment tag category"
  ).split(" "),
  system: "system systemprompt systemmessage persona".split(" "),
  category: "category topic subject group domain section kind type class tag".split(" "),
  source: (
    "source sourceid sourceurl url document documentid docid doc conversation conversationid thread threadid dialogueid " +
    "origin citation link file page"
  ).split(" "),
};

export const ANSWER_NAMES = NAMES.answer;

/** For sorting into labels a label column is the answer even beside an "output". */
const LABEL_FIRST = "label class category intent sentiment tag target answer gold".split(" ");

/** The role that a column name suggests on its own, else null. */
export function roleOfName(name: string): Role | null {
  const key = plain(name);
  if (key === "") return null;
  if (key === "messages") return "prompt";
  return ROLES.find((role) => NAMES[role].includes(key)) ?? null;
}

export type Turn = { role: "system" | "user" | "assistant"; text: string };

const SPEAKERS: Record<string, Turn["role"]> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  prompter: "user",
  assistant: "assistant",
  gpt: "assistant",
  model: "assistant",
  bot: "assistant",
};

/** OpenAI `messages` ({role, content}) or sharegpt `conversations` ({from, value}); null when it is neither. */
export function chatTurns(value: unknown): Turn[] | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const turns: Turn[] = [];
  for (const item of value as unknown[]) {
    if (typeof item !== "object" || item === null) return null;
    const entry = item as Record<string, unknown>;
    const speaker = SPEAKERS[String(entry.role ?? entry.from ?? "").toLowerCase()];
    const text = turnText(entry.content ?? entry.value);
    if (speaker === undefined || text === null) return null;
    turns.push({ role: speaker, text });
  }
  return turns;
}

function turnText(content: unknown): string | null {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return null;
  const parts = (content as { type?: unknown; text?: unknown }[]).map((part) =>
    part?.type === "text" && typeof part.text === "string" ? part.text : null,
  );
  return parts.includes(null) ? null : parts.join("\n");
}

/**
 * Finds the roles from column names and sample rows. `confidence` is high when names say it, low when it was
 * guessed (a person must confirm; nothing is read with a guess), none when there is not even a guess.
 */
export function detectMapping(
  columns: readonly string[],
  samples: readonly Record<string, unknown>[],
  goal?: Goal,
  fields: readonly string[] = [],
): DetectedMapping {
  const pairs = preferencePairs(columns, samples);
  if (pairs !== null) return { mapping: pairs, confidence: "high", shape: "preference", questions: [] };
  const chat = columns.find((name) => samples.some((row) => chatTurns(row[name]) !== null));
  if (chat !== undefined) {
    const mapping: ColumnMapping = { prompt: chat, answer: chat, system: chat };
    addSideRoles(mapping, columns);
    return { mapping, confidence: "high", shape: "messages", questions: [] };
  }
  // The fields' own columns play no other part, whatever they are called.
  const own = goal === "fields" ? answerColumns(columns, samples, fields, NAMES.answer) : null;
  const others = columns.filter((name) => !own?.includes(name));
  const byName = new Map([...others].reverse().map((name) => [plain(name), name]));
  const pick = (names: readonly string[], used: readonly (string | undefined)[]) => {
    const key = names.find((name) => byName.has(name) && !used.includes(byName.get(name)));
    return key === undefined ? undefined : byName.get(key);
  };
  const mapping: ColumnMapping = {};
  const instruction = byName.get("instruction");
  const input = byName.get("input") ?? byName.get("context");
  const isAlpaca = instruction !== undefined && input !== undefined && byName.has("output");
  const answers = goal === "label" ? [...LABEL_FIRST, ...NAMES.answer] : NAMES.answer;
  if (isAlpaca) mapping.prompt = `${instruction}${JOIN}${input}`;
  else mapping.prompt = pick(NAMES.prompt, []);
  mapping.answer =
    own?.join(JOIN) ?? pick(answers, [mapping.prompt, ...(isAlpaca ? [instruction, input] : [])]);
  addSideRoles(mapping, columns);
  if (mapping.prompt === undefined) delete mapping.prompt;
  if (mapping.answer === undefined) delete mapping.answer;
  if (mapping.prompt !== undefined && mapping.answer !== undefined) {
    const shape = isAlpaca
      ? "alpaca"
      : plain(mapping.answer) === "completion"
        ? "prompt-completion"
        : "columns";
    return { mapping, confidence: "high", shape, questions: [] };
  }
  return guess(mapping, columns, samples, goal);
}

/**
 * Pairs of a chosen and a rejected answer (as for DPO): the chosen one is the answer. The prompt has a column of its
 * own, or is what stands before the answer in the chosen chat.
 */
function preferencePairs(
  columns: readonly string[],
  samples: readonly Record<string, unknown>[],
): ColumnMapping | null {
  const named = (name: string) => columns.find((column) => plain(column) === name);
  const chosen = named("chosen");
  const rejected = named("rejected");
  if (chosen === undefined || rejected === undefined) return null;
  const own = NAMES.prompt
    .map((key) => columns.find((column) => plain(column) === key))
    .find((column) => column !== undefined);
  const isChat = samples.some((row) => chatTurns(row[chosen]) !== null);
  if (own === undefined && !isChat) return null;
  const mapping: ColumnMapping = { prompt: own ?? chosen, answer: chosen };
  if (own === undefined) mapping.system = chosen;
  addSideRoles(mapping, columns);
  return mapping;
}

function addSideRoles(mapping: ColumnMapping, columns: readonly string[]) {
  for (const role of ["system", "category", "source"] as const) {
    if (mapping[role] !== undefined) continue;
    const used = Object.values(mapping).flatMap((name) => [name, ...(name?.split(JOIN) ?? [])]);
    const found = NAMES[role]
      .map((key) => columns.find((name) => plain(name) === key && !used.includes(name)))
      .find((name) => name !== undefined);
    if (found !== undefined) mapping[role] = found;
  }
}

const QUESTIONS = {
  prompt: "Which column holds the question or the text?",
  answer: "Which column holds the answer?",
};

/**
 * Guesses what names do not say, to be asked and never used unseen: of a text and a label the longer is the prompt;
 * of two texts the one that asks, else the first.
 */
function guess(
  known: ColumnMapping,
  columns: readonly string[],
  samples: readonly Record<string, unknown>[],
  goal: Goal | undefined,
): DetectedMapping {
  const taken = Object.values(known).flatMap((name) => [name, ...name.split(JOIN)]);
  const free = new Set(columns.filter((name) => !taken.includes(name)));
  const texts = (name: string) => samples.map((row) => String(row[name] ?? "").trim());
  const length = (name: string) => texts(name).join("").length;
  const asks = (name: string) => texts(name).filter((text) => text.endsWith("?")).length;
  const isOfTexts = goal === "answer" || goal === "style";
  const best = (role: "prompt" | "answer") => {
    const byLength = [...free].sort((a, b) => length(b) - length(a));
    if (!isOfTexts) return role === "prompt" ? byLength[0] : byLength.at(-1);
    const longest = byLength.slice(0, role === "prompt" ? 2 : 1);
    return [...free].filter((name) => longest.includes(name)).sort((a, b) => asks(b) - asks(a))[0];
  };
  const mapping = { ...known };
  const questions: MappingQuestion[] = [];
  for (const role of ["prompt", "answer"] as const) {
    if (known[role] !== undefined) continue;
    questions.push({ role, question: QUESTIONS[role], options: [...columns] });
    const name = best(role);
    if (name === undefined) continue;
    mapping[role] = name;
    free.delete(name);
  }
  const isGuessed = mapping.prompt !== undefined && mapping.answer !== undefined;
  return { mapping, confidence: isGuessed ? "low" : "none", shape: "columns", questions };
}

/**
 * The mapping to read with: the person's where given ("" leaves a role out), else the detected one when names
 * said it.
 * Throws COLUMN_MISSING naming the role, or the column that does not exist.
 */
export function settleMapping(
  columns: readonly string[],
  samples: readonly Record<string, unknown>[],
  goal: Goal | undefined,
  explicit: ColumnMapping | undefined,
  fields: readonly string[] = [],
): ColumnMapping {
  const detected = detectMapping(columns, samples, goal, fields);
  const chosen = Object.fromEntries(
    Object.entries(explicit ?? {}).filter(([, name]) => name !== undefined && name !== ""),
  ) as ColumnMapping;
  for (const [role, name] of Object.entries(chosen)) {
    const parts = columns.includes(name) ? [name] : name.split(JOIN);
    if (!parts.every((part) => columns.includes(part))) {
      throw new FileRefused(problem("COLUMN_MISSING", { wanted: `${role} ("${name}")`, columns }));
    }
  }
  const wasGuessed = new Set<string>(detected.questions.map((question) => question.role));
  const mapping: ColumnMapping = {};
  for (const role of ROLES) {
    const isLeftOut = wasGuessed.has(role) || explicit?.[role] === "";
    const name = chosen[role] ?? (isLeftOut ? undefined : detected.mapping[role]);
    // A column the person gave another role is not also what it was detected as.
    if (name === undefined) continue;
    const isTaken = chosen[role] === undefined && Object.values(chosen).includes(name);
    const isChat = detected.mapping.prompt === detected.mapping.answer;
    if (!isTaken || isChat) mapping[role] = name;
  }
  for (const role of ["prompt", "answer"] as const) {
    if (mapping[role] !== undefined) continue;
    const wanted = role === "answer" && goal === "fields" ? missingFields(columns, fields) : role;
    throw new FileRefused(problem("COLUMN_MISSING", { wanted, columns }));
  }
  return mapping;
}

/** With a column for some of the fields, those that have none; else the object that would hold them all. */
function missingFields(columns: readonly string[], fields: readonly string[]): string {
  const found = columnsOfFields(columns, fields);
  const missing = fields.filter((_, i) => found[i] === undefined);
  if (missing.length === fields.length) return "answer";
  return `${missing.length === 1 ? "field" : "fields"} ${missing.join(", ")}`;
}
