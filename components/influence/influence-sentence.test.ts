import { expect, test } from "vitest";
import { influenceSentence } from "./influence-sentence";

const group = (label: string, sign: "+" | "-" | "0") => ({ label, sign });

test("a sign is named only where it is known", () => {
  expect(
    influenceSentence([group("Ann", "+"), group("Bob", "+"), group("Cid", "0"), group("Dee", "-")]),
  ).toBe("The rows of Ann and Bob helped. The rows of Dee hurt. For Cid it is not clear.");
  expect(influenceSentence([group("Ann", "0")])).toBe(
    "For nobody’s rows is it clear whether they helped or hurt: every interval includes zero.",
  );
  expect(influenceSentence([])).toBe("Nobody’s rows could be scored.");
});
