/** What a line is labelled with; the detectors use the same words. */
export const DETECTOR_KINDS = [
  "wallet_key",
  "seed_phrase",
  "jwt",
  "pem",
  "api_key",
  "email",
  "phone",
  "iban",
  "card",
  "ip",
  "national_id",
  "street",
] as const;
export type DetectorKind = (typeof DETECTOR_KINDS)[number];

/** `kinds` is every kind that the text holds, empty for a line that only resembles one. */
export type LabelledLine = { text: string; kinds: DetectorKind[] };
