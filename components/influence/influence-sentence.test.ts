import { expect, test } from "vitest";
import { influenceSentence } from "./influence-sentence";

type Groups = Parameters<typeof influenceSentence>[0];
const group = (label: string, claim: Groups[number]["claim"]) => ({ label, claim });

test("a sign is named only where it is known", () => {
  expect(
    influenceSentence([
      group("Ann", "helped"),
      group("Bob", "helped"),
      group("Cid", "open"),
      group("Dee", "hurt"),
    ]),
  ).toBe("The rows of Ann and Bob helped. The rows of Dee hurt. For Cid it is not clear.");
  expect(influenceSentence([group("Emil", "depends"), group("Ann", "open")])).toBe(
    "For Emil it depends on whose questions count, their own or those of others. For Ann it is not clear.",
  );
  expect(influenceSentence([group("Ann", "open")])).toBe(
    "For nobody’s rows is it clear whether they helped or hurt: every interval includes zero.",
  );
  expect(influenceSentence([])).toBe("Nobody’s rows could be scored.");
});
