import { describe, expect, it } from "vitest";
import { type GuideFacts, guideSteps, nextStepIndex, VISITOR } from "./steps";

const sample = { datanetId: "d", snapshotId: "v", runId: "r0" };
type Run = NonNullable<GuideFacts["run"]>;
const run = (over: Partial<Run>): Run => ({
  id: "r1",
  status: "training",
  verdict: null,
  adapterId: null,
  publication: null,
  ...over,
});
const at = (facts: Partial<GuideFacts>) => {
  const steps = guideSteps({ ...VISITOR, sample, ...facts });
  const index = nextStepIndex(steps);
  return [index, steps[index]?.href];
};

describe("the guide", () => {
  it("goes from the sample's result to an own run, its result, publishing and the check", () => {
    expect(at({})).toEqual([0, "/runs/r0"]);
    expect(at({ hasLooked: true })).toEqual([1, "/datanets/d/train?version=v"]);
    expect(at({ run: run({ status: "commit" }) })).toEqual([1, "/runs/r1"]);
    expect(at({ run: run({}) })).toEqual([2, "/runs/r1"]);
    const measured = { status: "succeeded", verdict: "better", adapterId: "a1" } as const;
    expect(at({ run: run(measured) })).toEqual([2, "/runs/r1"]);
    expect(at({ hasRead: true, run: run(measured) })).toEqual([3, "/runs/r1/publish"]);
    expect(at({ hasRead: true, run: run({ ...measured, publication: "submitted" }) })[0]).toBe(3);
    const published = { ...measured, publication: "included" } as const;
    expect(at({ run: run(published) })).toEqual([4, "/adapters/a1"]);
    expect(at({ hasChecked: true, run: run(published) })).toEqual([5, undefined]);
  });

  it("asks for another run when the last one ended without a result", () => {
    expect(at({ run: run({ status: "failed" }) })).toEqual([1, "/datanets/d/train?version=v"]);
    expect(at({ run: run({ status: "cancelled" }) })[0]).toBe(1);
  });

  it("never counts a check of somebody else's adapter as the end", () => {
    expect(at({ hasLooked: true, hasChecked: true })[0]).toBe(1);
  });

  it("leads to the lists where there is no sample", () => {
    expect(guideSteps(VISITOR)[0]!.action).toBe("Open the training runs");
    const steps = guideSteps(VISITOR);
    expect(steps.slice(0, 2).map(({ href }) => href)).toEqual(["/runs", "/datanets"]);
  });
});
