import type { ColumnMapping } from "../intake/mapping";
import type { IntakeRow } from "../intake/rows";
import type { DetectorKind } from "./detector-set/types";
import { type Finding, finding } from "./findings";
import { findHiddenText, stripHiddenText } from "./hidden-text";
import { findPersonalData } from "./personal";
import { findInjection, findRefusal } from "./phrases";
import { findSecrets } from "./secrets";
import { KIND_WORDS, redact, type Span } from "./span";
import { estimateTokens, TEMPLATE_TOKENS } from "./tokens";

/** The texts of a row that a person reads and a model learns from. */
export const TEXT_ROLES = ["prompt", "answer", "system"] as const;
export type TextRole = (typeof TEXT_ROLES)[number];
type Texts = Pick<IntakeRow, TextRole>;

export type RowChecks = { mapping: ColumnMapping; contextTokens: number };
export type Checked = {
  findings: Finding[];
  /** What the row must be set aside for, unless it is redacted. */
  secrets: { role: TextRole; spans: Span[] }[];
  tokens: number;
};

/** Every check that needs this row alone. */
export function checkRow(row: IntakeRow, { mapping, contextTokens }: RowChecks): Checked {
  const findings: Finding[] = [];
  const secrets: Checked["secrets"] = [];
  const at = (role: TextRole) => ({ row: row.rowNumber, column: mapping[role] ?? role });
  for (const role of TEXT_ROLES) {
    const text = row[role];
    if (text === "") continue;
    const spans = findSecrets(text, role === "answer" ? row.prompt : "");
    if (spans.length > 0) secrets.push({ role, spans });
    const personal = findPersonalData(text);
    if (personal.length > 0) findings.push(personalFinding(at(role), personal));
    const hidden = findHiddenText(text);
    if (hidden.length > 0)
      findings.push(
        finding("HIDDEN_TEXT", at(role), {
          message: `Row ${row.rowNumber} holds text that nobody sees (${hidden
            .map(({ what }) => what)
            .filter(isFirst)
            .join(", ")}).`,
          fix: "Remove the hidden characters.",
          detail: { spans: hidden.slice(0, MOST_SPANS) },
        }),
      );
    if (hasWhitespace(text))
      findings.push(
        finding("WHITESPACE", at(role), {
          message: `Row ${row.rowNumber} has space around its text, or many empty lines in it.`,
          fix: "Cut the space.",
        }),
      );
    const injection = role === "system" ? null : findInjection(text);
    if (injection)
      findings.push(
        finding("PROMPT_INJECTION", at(role), {
          message: `Row ${row.rowNumber} holds a phrase that gives a model other orders.`,
          fix: "Look whether it belongs there; it is a flag for the reviewer only.",
          detail: { spans: [injection] },
        }),
      );
  }
  const refusal = findRefusal(row.answer);
  if (refusal)
    findings.push(
      finding("REFUSAL", at("answer"), {
        message: `Row ${row.rowNumber} answers with an assistant's refusal or boilerplate.`,
        fix: "Write the answer itself, or leave the row out.",
        detail: { spans: [refusal] },
      }),
    );
  const tokens = rowTokens(row);
  if (tokens > contextTokens) findings.push(tooLong(row, tokens, contextTokens, at("answer")));
  return { findings, secrets, tokens };
}

const MOST_SPANS = 20;
const isFirst = <T>(value: T, i: number, all: readonly T[]) => all.indexOf(value) === i;
const countKinds = (spans: readonly Span[]) => {
  const kinds: Partial<Record<DetectorKind, number>> = {};
  for (const { kind } of spans) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return kinds;
};

/** "an e-mail address and a phone number", from the kinds found. */
export function kindsInWords(kinds: readonly DetectorKind[]): string {
  const words = kinds.filter(isFirst).map((kind) => {
    const word = KIND_WORDS[kind];
    return `${/^[aeiouAEI]/.test(word) ? "an" : "a"} ${word}`;
  });
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

function personalFinding(at: { row: number; column: string }, spans: Span[]): Finding {
  return finding("PERSONAL_DATA", at, {
    message: `Row ${at.row} holds ${kindsInWords(spans.map(({ kind }) => kind))}.`,
    fix: "Replace it by a placeholder, or leave the row out.",
    detail: { kinds: countKinds(spans), spans: spans.slice(0, MOST_SPANS) },
  });
}

function tooLong(
  row: IntakeRow,
  tokens: number,
  contextTokens: number,
  at: { row: number; column: string },
): Finding {
  const cut = tokens - contextTokens;
  const prompt = estimateTokens(row.system) + estimateTokens(row.prompt) + TEMPLATE_TOKENS;
  const isAnswerLost = prompt >= contextTokens;
  return finding("TOO_LONG", at, {
    message: `Row ${row.rowNumber} is about ${tokens.toLocaleString("en")} tokens long, ${contextTokens.toLocaleString("en")} are read: ${
      isAnswerLost
        ? "the whole answer would be cut"
        : `about the last ${cut.toLocaleString("en")} tokens of the answer would be cut`
    }.`,
    fix: "Shorten it, or split it into several examples.",
    detail: {
      tokens,
      contextTokens,
      cutTokens: cut,
      keptShare: isAnswerLost
        ? 0
        : Number(((contextTokens - prompt) / Math.max(1, tokens - prompt)).toFixed(3)),
    },
  });
}

export const rowTokens = (row: Texts) =>
  estimateTokens(row.prompt) +
  estimateTokens(row.answer) +
  (row.system === "" ? 0 : estimateTokens(row.system)) +
  TEMPLATE_TOKENS;

const isSpace = (code: number) => code === 32 || (code >= 9 && code <= 13) || code === 0xa0;
const hasWhitespace = (text: string) =>
  isSpace(text.charCodeAt(0)) || isSpace(text.charCodeAt(text.length - 1)) || text.includes("\n\n\n\n");

/** The repair of each code that has one, on a single text. */
export const TEXT_FIXES: Record<string, (text: string, beside: string) => string> = {
  SECRET_FOUND: (text, beside) => redact(text, findSecrets(text, beside)),
  PERSONAL_DATA: (text) => redact(text, findPersonalData(text)),
  HIDDEN_TEXT: stripHiddenText,
  WHITESPACE: (text) => text.trim().replace(/\n{4,}/g, "\n\n"),
};
