import { describe, expect, it } from "vitest";
import { doneSentence, openWarnings, reportLines, reportSentence } from "./report-lines";

const found = [
  { code: "WHITESPACE", severity: "note", rows: 3, repairs: ["fix", "leave_out"] },
  { code: "NEAR_DUPLICATE", severity: "warning", rows: 40, repairs: ["leave_out"] },
  { code: "PERSONAL_DATA", severity: "warning", rows: 12, repairs: ["fix", "leave_out"] },
  { code: "REPAIRED", severity: "note", rows: 5, repairs: [] },
  { code: "ID_COLUMN", severity: "warning", rows: 1, repairs: [] },
] as const;
const setAside = [
  { code: "ROW_EMPTY", n: 9 },
  { code: "LABEL_UNKNOWN", n: 8 },
  { code: "LEFT_OUT", n: 2 },
];

describe("the lines of a report", () => {
  it("are in the order of what matters, without what the contributor changed", () => {
    expect(reportLines(found, setAside).map(({ code }) => code)).toEqual([
      "LABEL_UNKNOWN",
      "ROW_EMPTY",
      "PERSONAL_DATA",
      "NEAR_DUPLICATE",
      "ID_COLUMN",
      "WHITESPACE",
    ]);
  });

  it("say how many rows, and what one press does", () => {
    const lines = reportLines(found, setAside);
    const line = (code: string) => lines.find((each) => each.code === code);
    expect(line("PERSONAL_DATA")).toMatchObject({
      title: "12 rows hold personal data",
      fix: "Redact all 12",
      leaveOut: "Leave these 12 rows out",
    });
    expect(line("LABEL_UNKNOWN")).toMatchObject({ fix: "Use the nearest label (8 rows)", leaveOut: null });
    expect(line("ROW_EMPTY")).toMatchObject({
      title: "9 rows lack the question or the answer",
      fix: null,
      leaveOut: null,
    });
  });

  it("speak of one row as of one", () => {
    const [line] = reportLines(
      [{ code: "PERSONAL_DATA", severity: "warning", rows: 1, repairs: ["fix", "leave_out"] }],
      [],
    );
    expect(line).toMatchObject({
      title: "1 row holds personal data",
      fix: "Redact it",
      leaveOut: "Leave this row out",
    });
  });

  it("show a code that has no words yet", () => {
    expect(reportLines([], [{ code: "NEW_CODE", n: 2 }])[0]?.title).toBe("2 rows: NEW_CODE");
  });
});

describe("the sentence of a report", () => {
  const rows = (kept: number, setAsideRows: number) => ({
    kept,
    repaired: 0,
    setAside: setAsideRows,
    uploaded: kept + setAsideRows,
  });

  it("says when nothing is wrong", () => {
    expect(reportSentence([], rows(200, 0))).toBe("Nothing to mend: all 200 rows can be used.");
    expect(reportSentence([], rows(1, 0))).toBe("Nothing to mend: the one row can be used.");
  });

  it("counts what cannot be used and what is worth a look", () => {
    const lines = reportLines(found, setAside);
    expect(reportSentence(lines, rows(180, 19))).toBe(
      "19 rows cannot be used as they stand. 3 things are worth a look before you submit.",
    );
    expect(reportSentence(reportLines([], [{ code: "ROW_EMPTY", n: 1 }]), rows(9, 1))).toBe(
      "1 row cannot be used as it stands. The others can be submitted as they are.",
    );
    expect(reportSentence([], rows(0, 4))).toBe("No row can be used as it stands; the reasons are below.");
  });

  it("leaves open the warnings only", () => {
    expect(openWarnings(reportLines(found, setAside)).map(({ code }) => code)).toEqual([
      "PERSONAL_DATA",
      "NEAR_DUPLICATE",
      "ID_COLUMN",
    ]);
  });
});

describe("a repair that was pressed", () => {
  it("says what it did to how many rows", () => {
    const all = { code: "PERSONAL_DATA", action: "fix", rows: null, n: 12 } as const;
    expect(doneSentence(all)).toBe("Repaired 12 rows: personal data replaced by placeholders.");
    expect(doneSentence({ ...all, rows: [7], n: 1 })).toBe(
      "Repaired row 7: personal data replaced by placeholders.",
    );
    expect(doneSentence({ code: "NEAR_DUPLICATE", action: "leave_out", rows: [4, 9], n: 2 })).toBe(
      "Left out 2 rows: almost the same.",
    );
  });
});
