import { createHash } from "node:crypto";
import type { ExportedReview } from "./queries";

/**
 * A record as Argilla 2 writes and reads it (`dataset.records.from_json`, Record.to_dict of argilla 2.x): fields
 * `prompt` and `answer`, the questions `decision` (label) and `note` (text). Its users are known by UUID: each
 * validator gets one made of their address, the same in every export.
 */
export function argillaRecord(decided: readonly ExportedReview[]) {
  const [first] = decided as [ExportedReview];
  const by = (value: (one: ExportedReview) => string | null) =>
    decided.flatMap((one) => {
      const said = value(one);
      return said === null ? [] : [{ value: said, user_id: userId(one.validator) }];
    });
  const notes = by(({ reason, note }) => [reason, note].filter(Boolean).join(": ") || null);
  return {
    id: first.recordId,
    fields: { prompt: first.prompt, answer: first.answer },
    metadata: { guidelines: first.guidelinesNumber },
    suggestions: {},
    responses: { decision: by(({ decision }) => decision), ...(notes.length > 0 ? { note: notes } : {}) },
    vectors: {},
    status: "completed",
  };
}

/** A UUID of an address, by its SHA-256, with the bits of version 8 (RFC 9562). */
export function userId(address: string): string {
  const hex = createHash("sha256").update(address.toLowerCase()).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
