import { expect, test } from "vitest";
import { textParts } from "./hidden-text";

const codes = (text: string) => textParts(text).flatMap(({ code }) => code ?? []);

test.each([
  ["a right-to-left override", "access\u202elevel\u202c", ["U+202E", "U+202C"]],
  ["isolates", "\u2066x\u2069", ["U+2066", "U+2069"]],
  ["a zero-width space", "pass\u200bword", ["U+200B"]],
  ["a joiner between Latin letters", "a\u200db", ["U+200D"]],
  ["tag characters that smuggle text", "hi\u{e0068}\u{e0069}", ["U+E0068", "U+E0069"]],
  ["a byte-order mark inside", "a\ufeffb", ["U+FEFF"]],
  ["a soft hyphen", "co\u00adop", ["U+00AD"]],
])("%s is named", (_, text, expected) => {
  expect(codes(text)).toEqual(expected);
});

test.each([
  ["a family", "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}"],
  ["a woman running", "\u{1f3c3}\u{1f3fd}\u200d\u2640\ufe0f"],
  ["the flag of Scotland", "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}"],
  ["Persian", "می\u200cخواهم"],
  ["Hindi", "क्\u200dष"],
  ["Hebrew and accents", "שלום café"],
])("%s is left alone", (_, text) => {
  expect(textParts(text)).toEqual([{ text, code: null }]);
});

test("the parts joined are the text", () => {
  const text = "a\u202eb\u200bc";
  expect(
    textParts(text)
      .map((part) => part.text)
      .join(""),
  ).toBe(text);
});
