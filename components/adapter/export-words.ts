import type { RouterOutputs } from "@/components/trpc/client";

type Report = NonNullable<RouterOutputs["adapter"]["take"]["exports"][number]["report"]>;

const TYPES: Record<string, string> = {
  float32: "32-bit numbers",
  float16: "16-bit numbers (f16)",
  bfloat16: "16-bit numbers (bf16)",
};

/** What the re-test compared the written file with: the recorded answers, or ones made anew where those came out differently. */
export function testedSentence(report: Report): string {
  const { dtype, answers, equal, recorded, maxLogitDifference, tolerance } = report;
  const type = TYPES[dtype] ?? dtype;
  const moved = `no score behind a word moved by more than ${maxLogitDifference.toPrecision(2)} (${tolerance} allowed)`;
  if (recorded === answers)
    return `${type}; read back, it gave ${equal} of ${answers} recorded golden answers to the letter; ${moved}.`;
  const anew = `${type}; read back, it gave ${equal} of ${answers} answers to the letter as base and adapter give them on the training machine; ${moved}.`;
  return recorded === undefined
    ? `${anew} Whether those are the recorded golden answers was not kept.`
    : `${anew} Of the recorded golden answers, base and adapter themselves gave ${recorded} of ${answers} again there.`;
}
