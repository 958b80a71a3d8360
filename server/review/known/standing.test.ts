import { expect, test } from "vitest";
import { isRightAnswer, type KnownAnswer, standingAfter } from "./standing";

const answers = (text: string): KnownAnswer[] => [...text].map((c) => ({ isRight: c === "+" }));
const isTraining = (text: string) => standingAfter(answers(text)).isTraining;

test("nothing is concluded from fewer than ten answers", () => {
  expect(isTraining("---------")).toBe(false);
  expect(isTraining("----------")).toBe(true);
});

test("below the bar: five of ten, not six of ten; twelve of twenty", () => {
  expect(isTraining("+-+-+-+-+-")).toBe(true);
  expect(isTraining("+-+-+-+-++")).toBe(false);
  expect(isTraining(`++++++++++${"+-------"}`)).toBe(true);
  expect(isTraining("++++++++++--------++")).toBe(true);
});

test("training ends with nine right of the latest ten, and counting begins anew", () => {
  expect(standingAfter(answers("----------++++++++-"))).toEqual({ isTraining: true, answered: 9, right: 8 });
  expect(isTraining("----------++++++++--")).toBe(true);
  expect(standingAfter(answers("----------+++++++++-"))).toEqual({
    isTraining: false,
    answered: 0,
    right: 0,
  });
  expect(standingAfter(answers("-----------+++++++++"))).toEqual({
    isTraining: false,
    answered: 0,
    right: 0,
  });
});

test("what is wrong may be refused in any way", () => {
  expect(["accept", "fix", "send_back", "reject"].map((d) => isRightAnswer("reject", d))).toEqual([
    false,
    true,
    true,
    true,
  ]);
  expect(["accept", "fix"].map((d) => isRightAnswer("accept", d))).toEqual([true, false]);
});
