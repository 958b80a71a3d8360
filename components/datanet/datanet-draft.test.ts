import { describe, expect, it } from "vitest";
import { CreateDatanetInput } from "@/server/datanet/schemas";
import { EMPTY_DRAFT, fieldErrors, splitNames, toInput } from "./datanet-draft";

describe("Datanet form", () => {
  it("names what is missing, one sentence a field", () => {
    const parsed = CreateDatanetInput.safeParse(toInput({ ...EMPTY_DRAFT, name: "ab" }));
    expect(fieldErrors(parsed.error?.issues ?? [])).toEqual({
      goal: "Choose what the model should do.",
      name: "Write at least 3 characters for the name.",
      purpose: "Write at least 10 characters for the purpose.",
      guidelines: "Write at least 10 characters for the guidelines.",
      licence: "Choose a licence from the list.",
    });
  });

  it("drops labels typed under another goal", () => {
    expect(toInput({ ...EMPTY_DRAFT, goal: "answer", labels: ["a"] }).labels).toEqual([]);
  });

  it("splits pasted labels and keeps their order", () => {
    expect(splitNames("refund, delivery\nrefund\n\n other ")).toEqual(["refund", "delivery", "other"]);
  });
});
