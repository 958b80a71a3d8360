import { headline, signedPoints } from "@/components/evaluation/headline";

type Paired = {
  n: number;
  fixed: number;
  broken: number;
  bothRight: number;
  difference: number;
  low: number;
  high: number;
  pValue: number;
};
type Sign = "+" | "-" | "0";
type Agreement = "agree" | "disagree" | "not_confirmed" | "only_retrain" | "open";

/** "56 → 61 of 100, +5 (95 % interval −1 to +11), 14 fixed, 5 broken, of 179 test questions" */
export function pairedHeadline(paired: Paired): string {
  const { n, fixed, broken, bothRight } = paired;
  const rate = (right: number) => ({ rate: n > 0 ? right / n : 0 });
  return headline(rate(bothRight + broken), rate(bothRight + fixed), paired, n);
}

const DID = { "+": "helped", "-": "hurt" };
const did = (sign: Sign) => (sign === "0" ? "neither helped nor hurt" : DID[sign]);

/** Whether the influence estimate and the training without somebody say the same of their rows. */
export function agreementSentence(
  name: string,
  result: { agreement: Agreement | null; sign: Sign },
  estimate: Sign | null,
): string {
  const { agreement, sign } = result;
  const said = did(estimate ?? "0");
  switch (agreement) {
    case null:
      return sign === "0"
        ? `Training again without ${name} makes no difference that this test can tell from chance.`
        : `Training again says that the rows of ${name} ${did(sign)}. There was no estimate to compare with.`;
    case "agree":
      return `The estimate and the retraining agree: the rows of ${name} ${did(sign)}.`;
    case "disagree":
      return `They disagree: the estimate says that the rows of ${name} ${said}, training again without them says that they ${did(sign)}. Believe the retraining.`;
    case "not_confirmed":
      return `The estimate says that the rows of ${name} ${said}; training again neither confirms nor refutes it: the difference on all questions may be chance.`;
    case "only_retrain":
      return `The estimate could not tell; training again can: the rows of ${name} ${did(sign)}.`;
    case "open":
      return "Neither can tell on all questions together: the estimate claims no sign, and the difference may be chance.";
  }
}

/** What the questions of everyone else say, where it is clear; those of the one left out may be wrong themselves. */
export function othersSentence(name: string, others: Paired, othersSign: Sign): string {
  const of = `On the ${others.n} questions that are not of ${name}: ${signedPoints(others.difference)} of 100 (95 % interval ${signedPoints(others.low)} to ${signedPoints(others.high)}).`;
  if (othersSign === "-") return `${of} For everyone else it is better without them.`;
  if (othersSign === "+") return `${of} For everyone else it is worse without them.`;
  return `${of} That may be chance.`;
}
