import type { DetectorKind } from "./detector-set/types";

/** Where a match stands: UTF-16 positions in the text, the end not included. The match itself is never kept. */
export type Span = { start: number; end: number; kind: DetectorKind };

/** Adds a span unless an earlier one covers part of it. */
export function addSpan(spans: Span[], span: Span): void {
  if (spans.every((other) => span.end <= other.start || other.end <= span.start)) spans.push(span);
}

/** What a redacted match is replaced by. */
export const PLACEHOLDERS: Record<DetectorKind, string> = {
  wallet_key: "[wallet key]",
  seed_phrase: "[seed phrase]",
  jwt: "[session token]",
  pem: "[private key]",
  api_key: "[API key]",
  email: "[e-mail]",
  phone: "[phone]",
  iban: "[IBAN]",
  card: "[card number]",
  ip: "[IP address]",
  national_id: "[ID number]",
  street: "[address]",
};

export const KIND_WORDS: Record<DetectorKind, string> = {
  wallet_key: "wallet key",
  seed_phrase: "seed phrase",
  jwt: "session token",
  pem: "private key file",
  api_key: "API key",
  email: "e-mail address",
  phone: "phone number",
  iban: "IBAN",
  card: "card number",
  ip: "IP address",
  national_id: "identity number",
  street: "street address",
};

/** The text with every span replaced. */
export function redact(text: string, spans: readonly Span[]): string {
  let out = "";
  let at = 0;
  for (const { start, end, kind } of [...spans].sort((a, b) => a.start - b.start)) {
    out += text.slice(at, start) + PLACEHOLDERS[kind];
    at = end;
  }
  return out + text.slice(at);
}
