import { distance } from "fastest-levenshtein";
import ids from "spdx-license-ids/index.json";
import { expect, test } from "vitest";
import type { AppError } from "@/server/errors";
import { requireLicence } from "./licence";
import { randomOf } from "./tus/test-tus";

const refusal = (text: string): AppError => {
  try {
    requireLicence(text);
  } catch (error) {
    return error as AppError;
  }
  throw new Error(`${text} was taken`);
};

test("every SPDX id is taken in any case, and written as SPDX writes it", () => {
  for (const id of ids) {
    expect(requireLicence(` ${id.toLowerCase()} `).toLowerCase()).toBe(id.toLowerCase());
    expect(requireLicence(id.toUpperCase()).toLowerCase()).toBe(id.toLowerCase());
  }
});

test("row 27: a misspelling of a common licence is refused with that licence as the nearest", () => {
  const random = randomOf(29);
  const common = ["CC-BY-SA-4.0", "Apache-2.0", "ODbL-1.0", "MPL-2.0", "GPL-3.0-only", "CC-BY-NC-ND-4.0"];
  const isId = (text: string) => ids.some((id) => id.toLowerCase() === text.toLowerCase());
  let seen = 0;
  let alone = 0;
  for (const id of common)
    for (let k = 0; k < 50; k++) {
      // A letter doubled: one edit away from the licence, and sometimes from another one as well.
      const at = [...id].findIndex((char, i) => i >= random(id.length - 1) && /[A-Za-z]/.test(char));
      if (at < 0) continue;
      const wrong = `${id.slice(0, at)}${id[at]}${id.slice(at)}`;
      if (isId(wrong)) continue;
      seen += 1;
      const { status, code, fix } = refusal(wrong);
      expect([wrong, status, code]).toEqual([wrong, 400, "LICENCE_REQUIRED"]);
      const nearest = ids.filter((each) => distance(each, wrong) === 1);
      expect(nearest).toContain(id);
      expect(nearest).toContain(/Did you mean (\S+)\?/.exec(fix)![1]);
      alone += nearest.length === 1 ? 1 : 0;
    }
  expect(alone).toBeGreaterThan(180);
  expect(seen).toBeGreaterThan(200);
});

test.each(["", "   ", "\t"])("row 27: no licence (%j) is a LICENCE_REQUIRED without a guess", (text) => {
  const { code, message, fix } = refusal(text);
  expect([code, message, fix.includes("Did you mean")]).toEqual([
    "LICENCE_REQUIRED",
    "No licence is stated.",
    false,
  ]);
});

test("a text of any length and kind is refused, and shown cut", () => {
  const random = randomOf(31);
  for (let k = 0; k < 200; k++) {
    const text = `?${String.fromCharCode(...Array.from({ length: 1 + random(300) }, () => 33 + random(0x2fff)))}`;
    const error = refusal(text);
    expect([error.code, error.message.length < 140]).toEqual(["LICENCE_REQUIRED", true]);
  }
});
