import { expect, test } from "vitest";
import { REVIEW_RULES } from "@/db/schema/datanet";
import { seeded } from "../measure/random";
import { operating, outgoingLimit } from "./operating";
import { planFor } from "./scrutiny";
import {
  acceptChance,
  cleanReads,
  expectedMore,
  judgeReads,
  meanReads,
  type PlanRates,
  planSteps,
} from "./sprt";

const plan = (p0: number, p1: number, a: number, b: number): PlanRates => ({
  acceptableRate: p0,
  rejectableRate: p1,
  producerRisk: a,
  consumerRisk: b,
});

/** The worked example of NIST/SEMATECH e-Handbook 6.2.6 (p1 0.01, p2 0.10, alpha 0.05, beta 0.10). */
const handbook = plan(0.01, 0.1, 0.05, 0.1);

test("the lines of the handbook's example: slope 0.0398, intercepts -0.939 and 1.205 defects", () => {
  const { good, bad, lower, upper } = planSteps(handbook);
  expect(-good / (bad - good)).toBeCloseTo(0.0397, 3);
  expect(lower / (bad - good)).toBeCloseTo(-0.9389, 3);
  expect(upper / (bad - good)).toBeCloseTo(1.2054, 3);
});

test("the handbook's table: acceptance is first possible at 24, one defect at 49, refusal at 2 of 2", () => {
  expect(cleanReads(handbook)).toBe(24);
  expect(judgeReads(handbook, { read: 23, defects: 0 })).toBe("looking");
  expect(judgeReads(handbook, { read: 24, defects: 0 })).toBe("accepted");
  expect(judgeReads(handbook, { read: 48, defects: 1 })).toBe("looking");
  expect(judgeReads(handbook, { read: 49, defects: 1 })).toBe("accepted");
  expect(judgeReads(handbook, { read: 1, defects: 1 })).toBe("looking");
  expect(judgeReads(handbook, { read: 2, defects: 2 })).toBe("rejected");
});

test("Wald's chance of acceptance passes through its defining points", () => {
  expect(acceptChance(handbook, 0.01)).toBeCloseTo(0.95, 9);
  expect(acceptChance(handbook, 0.1)).toBeCloseTo(0.1, 9);
  expect(acceptChance(handbook, 0)).toBe(1);
  const { good, bad, lower, upper } = planSteps(handbook);
  expect(acceptChance(handbook, -good / (bad - good))).toBeCloseTo(upper / (upper - lower), 6);
});

test("the mean number of reads is Wald's", () => {
  const { good, bad, lower, upper } = planSteps(handbook);
  expect(meanReads(handbook, 0.1)).toBeCloseTo((0.1 * lower + 0.9 * upper) / (0.1 * bad + 0.9 * good), 9);
  expect(meanReads(handbook, 0)).toBeCloseTo(lower / good, 9);
});

test("the real risks, overshoot counted, are no larger than stated together", () => {
  for (const scrutiny of ["new", "usual", "proven"] as const) {
    const ours = planFor(REVIEW_RULES, scrutiny, 10_000);
    const [good, bad] = [operating(ours, ours.acceptableRate), operating(ours, ours.rejectableRate)];
    // Wald 1945, 3.12: the sum of the two real risks is at most that of the stated ones.
    expect(good.rejected + bad.accepted).toBeLessThanOrEqual(ours.producerRisk + ours.consumerRisk);
    expect(good.looking).toBeLessThan(1e-6);
  }
});

test("going through every course agrees with playing the test 20,000 times", () => {
  const ours = planFor(REVIEW_RULES, "new", 10_000);
  const next = seeded(7);
  for (const rate of [0.01, 0.02, 0.05, 0.1]) {
    const exact = operating(ours, rate);
    let [accepted, reads] = [0, 0];
    for (let play = 0; play < 20_000; play += 1) {
      const end = playOnce(ours, rate, next);
      accepted += end.verdict === "accepted" ? 1 : 0;
      reads += end.read;
    }
    const error = Math.sqrt((exact.accepted * (1 - exact.accepted)) / 20_000);
    expect(Math.abs(accepted / 20_000 - exact.accepted)).toBeLessThan(4 * error + 1e-4);
    expect(Math.abs(reads / 20_000 / exact.meanReads - 1)).toBeLessThan(0.03);
  }
});

test("what our plans do at 2, 5 and 10 % of bad rows, and the most that they let through", () => {
  const shown = (scrutiny: "new" | "usual" | "proven") => {
    const ours = planFor(REVIEW_RULES, scrutiny, 10_000);
    return {
      clean: cleanReads(ours),
      at: [0.02, 0.05, 0.1].map((rate) => {
        const { accepted, meanReads: reads } = operating(ours, rate);
        return [Number(accepted.toFixed(3)), Math.round(reads)];
      }),
      limit: Number(outgoingLimit(ours).outgoing.toFixed(4)),
    };
  };
  expect({ new: shown("new"), usual: shown("usual"), proven: shown("proven") }).toMatchInlineSnapshot(`
    {
      "new": {
        "at": [
          [
            0.857,
            68,
          ],
          [
            0.25,
            59,
          ],
          [
            0.017,
            25,
          ],
        ],
        "clean": 41,
        "limit": 0.0194,
      },
      "proven": {
        "at": [
          [
            0.886,
            34,
          ],
          [
            0.456,
            35,
          ],
          [
            0.112,
            21,
          ],
        ],
        "clean": 22,
        "limit": 0.0237,
      },
      "usual": {
        "at": [
          [
            0.869,
            50,
          ],
          [
            0.338,
            47,
          ],
          [
            0.045,
            24,
          ],
        ],
        "clean": 31,
        "limit": 0.0208,
      },
    }
  `);
});

test("how many more are expected: the clean reads at first, more after a defect, never more than are left", () => {
  const ours = planFor(REVIEW_RULES, "new", 10_000);
  const first = expectedMore(ours, { read: 0, defects: 0 }, 1_000);
  expect(first).toBeGreaterThanOrEqual(cleanReads(ours));
  expect(expectedMore(ours, { read: 40, defects: 0 }, 1_000)).toBe(1);
  expect(expectedMore(ours, { read: 10, defects: 1 }, 1_000)).toBeGreaterThan(
    expectedMore(ours, { read: 10, defects: 0 }, 1_000),
  );
  expect(expectedMore(ours, { read: 10, defects: 0 }, 7)).toBe(7);
  expect(expectedMore(ours, { read: cleanReads(ours), defects: 0 }, 500)).toBe(0);
});

test("rates and risks that make no test are refused", () => {
  expect(() => planSteps(plan(0.1, 0.1, 0.05, 0.05))).toThrow("Rates must be");
  expect(() => planSteps(plan(0.01, 0.1, 0.6, 0.5))).toThrow("Risks");
});

function playOnce(rates: PlanRates, rate: number, next: () => number) {
  for (let read = 1, defects = 0; ; read += 1) {
    if (next() < rate) defects += 1;
    const verdict = judgeReads(rates, { read, defects });
    if (verdict !== "looking") return { verdict, read };
  }
}
