import { expect, test } from "vitest";
import { publicEvaluation } from "./public-evaluation";

const item = (id: string, sealed: boolean) => ({
  id,
  sealed,
  prompt: `question ${id}`,
  answers: { base: { text: "stone", correct: false }, tuned: { text: "bird", correct: true } },
});
const evaluation = { metric: "preference", items: [item("q1", false), item("q2", true)] };
const answers = { base: { correct: false }, tuned: { correct: true } };

test("a sealed item keeps right and wrong and loses its question and answers", () => {
  expect(publicEvaluation(evaluation)).toEqual({
    ...evaluation,
    items: [item("q1", false), { id: "q2", sealed: true, answers }],
  });
});

test("of a style each item carries its votes, sealed ones too, and nobody's name", () => {
  const votes = new Map([["q2", ["tuned", "base", "tuned"] as const]]);
  expect(publicEvaluation(evaluation, votes).items).toEqual([
    { ...item("q1", false), votes: [] },
    { id: "q2", sealed: true, answers, votes: ["base", "tuned", "tuned"] },
  ]);
});
