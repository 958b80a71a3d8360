import { expect, test } from "vitest";
import { displayFileName } from "./file-name";

test.each([
  ["my%20rows.csv", "my rows.csv"],
  ["..%2F..%2Fetc%2Fpasswd", "passwd"],
  ["C:\\Users\\ann\\rows.csv", "rows.csv"],
  ["a%0D%0Ab.csv", "a b.csv"],
  ["%E2%80%AEvsc.exe", "vsc.exe"],
  ["CON", "CON"],
  ["100%.csv", "100%.csv"],
  ["..", "upload"],
  ["", "upload"],
  [null, "upload"],
])("%s is shown as %s", (header, shown) => {
  expect(displayFileName(header)).toBe(shown);
});

test("a name of 5,000 characters keeps its beginning and its extension", () => {
  const name = displayFileName(`${"x".repeat(5000)}.csv`);
  expect([name.length, name.endsWith("….csv")]).toEqual([120, true]);
});
