import { findPersonalData } from "../personal";
import { findSecrets } from "../secrets";
import { DETECTOR_KINDS, type DetectorKind, type LabelledLine } from "./types";

export type Measured = {
  kind: DetectorKind;
  found: number;
  missed: number;
  wrong: number;
  precision: Rate;
  recall: Rate;
};
/** A share with Wilson's 95 % interval; null where there was nothing to count. */
export type Rate = { value: number; low: number; high: number } | null;

/** Wilson's score interval for `part` of `all` (Wilson 1927), z = 1.96. */
export function wilson(part: number, all: number): Rate {
  if (all === 0) return null;
  const z2 = 1.96 ** 2;
  const p = part / all;
  const middle = p + z2 / (2 * all);
  const spread = 1.96 * Math.sqrt((p * (1 - p)) / all + z2 / (4 * all * all));
  const scale = 1 + z2 / all;
  return {
    value: p,
    low: Math.max(0, (middle - spread) / scale),
    high: Math.min(1, (middle + spread) / scale),
  };
}

/** The kinds that the detectors find in a line. */
export function kindsIn(text: string): Set<DetectorKind> {
  const secrets = findSecrets(text);
  return new Set([...secrets, ...findPersonalData(text)].map((span) => span.kind));
}

/** Counts lines: a kind is right where it is found and labelled, once a line. */
export function measure(lines: readonly LabelledLine[]): {
  kinds: Measured[];
  all: Measured;
  mistakes: { line: number; missed: DetectorKind[]; wrong: DetectorKind[] }[];
} {
  const counts = new Map(DETECTOR_KINDS.map((kind) => [kind, { found: 0, missed: 0, wrong: 0 }]));
  const mistakes: ReturnType<typeof measure>["mistakes"] = [];
  lines.forEach(({ text, kinds }, line) => {
    const found = kindsIn(text);
    const missed = kinds.filter((kind) => !found.has(kind));
    const wrong = [...found].filter((kind) => !kinds.includes(kind));
    for (const kind of kinds) counts.get(kind)![found.has(kind) ? "found" : "missed"] += 1;
    for (const kind of wrong) counts.get(kind)!.wrong += 1;
    if (missed.length + wrong.length > 0) mistakes.push({ line, missed, wrong });
  });
  const rated = (
    kind: DetectorKind,
    { found, missed, wrong }: { found: number; missed: number; wrong: number },
  ) => ({
    kind,
    found,
    missed,
    wrong,
    precision: wilson(found, found + wrong),
    recall: wilson(found, found + missed),
  });
  const sum = { found: 0, missed: 0, wrong: 0 };
  for (const one of counts.values()) {
    sum.found += one.found;
    sum.missed += one.missed;
    sum.wrong += one.wrong;
  }
  return {
    kinds: DETECTOR_KINDS.map((kind) => rated(kind, counts.get(kind)!)),
    all: rated("all" as DetectorKind, sum),
    mistakes,
  };
}
