import { describe, expect, it } from "vitest";
import { bothEnds } from "./both-ends";
import { toCsv } from "./csv";
import { formatBytes, formatCount, formatSeconds, formatSigned } from "./numbers";
import { shownError } from "./shown-error";
import { type Column, filterRows, sortRows } from "./table-rows";
import { timeAgo } from "./time-ago";
import { whiskerScale } from "./whisker-bars";

type Row = { name: string; size: number | null };
const rows: Row[] = [
  { name: "b2", size: 3 },
  { name: "B10", size: null },
  { name: "a", size: 1 },
];
const columns: Column<Row>[] = [
  { key: "name", header: "Name", value: (row) => row.name },
  { key: "size", header: "Size", value: (row) => row.size },
];

describe("table rows", () => {
  it("sorts words as people do, and empty values last in both directions", () => {
    const by = (key: string, direction: "asc" | "desc") =>
      sortRows(rows, columns, { key, direction }).map((row) => row.name);
    expect(by("name", "asc")).toEqual(["a", "b2", "B10"]);
    expect(by("size", "asc")).toEqual(["a", "b2", "B10"]);
    expect(by("size", "desc")).toEqual(["b2", "a", "B10"]);
  });

  it("needs every word of the filter, in any order", () => {
    const text = (row: Row) => `${row.name} ${row.size ?? "none"}`;
    expect(filterRows(rows, text, "3 B2")).toEqual([rows[0]]);
    expect(filterRows(rows, text, "  ")).toHaveLength(3);
  });
});

describe("both ends of a ranking", () => {
  it("keeps a short list whole, and of a long one the best and the worst", () => {
    expect(bothEnds([1, 2, 3], 3)).toEqual({ first: [1, 2, 3], hidden: 0, last: [] });
    expect(bothEnds([1, 2, 3, 4, 5, 6, 7], 3)).toEqual({ first: [1, 2], hidden: 4, last: [7] });
    expect(bothEnds([], 3)).toEqual({ first: [], hidden: 0, last: [] });
  });
});

describe("csv", () => {
  it("quotes what must be quoted and disarms formulas, but leaves negative numbers", () => {
    expect(
      toCsv(
        ["a", "b"],
        [
          ['say "hi"', "=1+1"],
          [-2, null],
        ],
      ),
    ).toBe('a,b\r\n"say ""hi""",\'=1+1\r\n-2,\r\n');
  });
});

describe("numbers and times", () => {
  it("reads as people read", () => {
    expect(formatSigned(-0.012345)).toBe("−0.0123");
    expect(formatSigned(0)).toBe("0");
    expect(formatSigned(12_345)).toBe("+12,300");
    expect(formatCount(999)).toBe("999");
    expect(formatCount(1_234_567)).toBe("1,234,567");
    expect(formatCount(-1234.5678)).toBe("-1,234.5678");
    expect(formatBytes(5_242_880)).toBe("5.24 MB");
    expect(formatBytes(0)).toBe("0 bytes");
    expect(formatSeconds(75)).toBe("1 min 15 s");
    expect(formatSeconds(4000)).toBe("1 h 6 min");
    expect(timeAgo(new Date(0), 181_000)).toBe("3 minutes ago");
    expect(timeAgo(new Date(0), 3_600_000)).toBe("1 hour ago");
    expect(timeAgo(new Date(0), 90_000_000)).toBe("yesterday");
    expect(timeAgo(new Date(7_200_000), 0)).toBe("in 2 hours");
    expect(timeAgo(new Date(0), 4_000)).toBe("just now");
  });
});

describe("whisker scale", () => {
  it("keeps zero on the track when all values are on one side", () => {
    const scale = whiskerScale([{ label: "x", value: 3, low: 2, high: 4 }]);
    expect(scale(0)).toBe(2);
    expect(scale(4)).toBe(98);
    expect(scale(2)).toBe(50);
  });
});

describe("shown error", () => {
  it("takes the public part of a tRPC error and names a server that is away", () => {
    const app = { code: "NOT_OWNER", message: "Only the owner.", fix: "Ask.", requestId: "r1" };
    expect(shownError(Object.assign(new Error("x"), { data: { app } }))).toBe(app);
    expect(shownError(new TypeError("Failed to fetch")).code).toBe("OFFLINE");
    expect(shownError("boom").code).toBe("UNEXPECTED");
  });
});
