import { describe, expect, it } from "vitest";
import { diffSides } from "./diff-parts";

describe("the two sides of a diff", () => {
  it("mark the words that differ and keep both texts whole", () => {
    const { before, after } = diffSides("Call Ann on 0171 5550.", "Call Ann on [phone].");
    expect(before.map(({ text }) => text).join("")).toBe("Call Ann on 0171 5550.");
    expect(after.map(({ text }) => text).join("")).toBe("Call Ann on [phone].");
    expect(before.filter(({ isChanged }) => isChanged).map(({ text }) => text)).not.toEqual([]);
    expect(before[0]).toEqual({ text: "Call Ann on ", isChanged: false });
  });

  it("mark space that goes away", () => {
    const { before, after } = diffSides("  bird \n\n\n\nseed", "bird \n\nseed");
    expect(before.some(({ text, isChanged }) => isChanged && text.trim() === "")).toBe(true);
    expect(after.map(({ text }) => text).join("")).toBe("bird \n\nseed");
  });

  it("shorten long text that stays", () => {
    const long = "word ".repeat(400);
    const { before } = diffSides(`${long}old`, `${long}new`);
    expect(before.map(({ text }) => text).join("").length).toBeLessThan(200);
    expect(before.some(({ isGap }) => isGap)).toBe(true);
    expect(before.at(-1)).toEqual({ text: "old", isChanged: true });
  });
});
