import { describe, expect, it } from "vitest";
import { type DatanetFacts, nextSteps, stateSentence, type VersionFacts } from "./next-step";

const datanet = (
  over: Partial<DatanetFacts> = {},
  role: Partial<DatanetFacts["role"]> = {},
): DatanetFacts => ({
  id: "d1",
  status: "registered",
  acceptedRows: 0,
  pendingRows: 0,
  isSignedIn: true,
  counts: { validators: 1, runsAtWork: 0 },
  ...over,
  role: { isOwner: false, isMember: true, isValidator: false, ...role },
});
const version = (over: Partial<VersionFacts> = {}): VersionFacts => ({
  id: "v1",
  number: 1,
  status: "frozen",
  rows: 1204,
  runs: 0,
  ...over,
});
const first = (facts: DatanetFacts, versions: VersionFacts[] = []) => nextSteps(facts, versions)[0]?.label;

describe("state sentence", () => {
  it("names the last version, what waits and what runs", () => {
    const counts = { validators: 1, runsAtWork: 1 };
    const text = stateSentence(datanet({ acceptedRows: 1204, pendingRows: 1, counts }), [version()]);
    expect(text).toBe("Version 1 frozen, 1,204 rows; 1 row waits for review; a run is training.");
  });

  it("says that a new one is empty and not registered", () => {
    expect(stateSentence(datanet({ status: "draft" }), [])).toBe(
      "No rows yet; not registered on the chain yet.",
    );
  });
});

describe("the one next step", () => {
  it("is to contribute for a visitor, to join for an account, and to contribute for a member", () => {
    expect(first(datanet({ isSignedIn: false }, { isMember: false }))).toBe("Contribute");
    expect(first(datanet({}, { isMember: false }))).toBe("Join");
    expect(first(datanet())).toBe("Contribute");
  });

  it("is to register for the owner of a draft, and to freeze once every accepted row was decided", () => {
    expect(first(datanet({ status: "draft" }, { isOwner: true }))).toBe("Register on the chain");
    expect(first(datanet({ acceptedRows: 40 }, { isOwner: true }))).toBe("Freeze a version");
    expect(first(datanet({ acceptedRows: 40, pendingRows: 2 }, { isOwner: true }))).toBe("Contribute");
    expect(first(datanet({ acceptedRows: 1204 }, { isOwner: true }), [version()])).toBe("Train on version 1");
  });

  it("is to choose a validator for the owner of rows that nobody may review", () => {
    const facts = datanet({ pendingRows: 4, counts: { validators: 0, runsAtWork: 0 } }, { isOwner: true });
    expect(first(facts)).toBe("Choose a validator");
    expect(stateSentence(facts, [])).toBe("4 rows wait for review; no validator yet.");
  });

  it("is to review for a validator, and first to approve a version that waits", () => {
    const validator = { isValidator: true };
    expect(first(datanet({ pendingRows: 3 }, validator))).toBe("Review 3 rows");
    expect(first(datanet({ pendingRows: 3 }, validator), [version({ status: "approval" })])).toBe(
      "Approve version 1",
    );
  });

  it("is to make a sample one's own, for a visitor by way of the sign-in, and nothing else there", () => {
    const sample = { isSample: true };
    const steps = nextSteps(datanet(sample, { isMember: false }), [version({ runs: 3 })]);
    expect(steps).toEqual([{ kind: "link", label: "Make it yours", href: "/datanets/d1/train?version=v1" }]);
    expect(nextSteps(datanet({ ...sample, isSignedIn: false }), [version()])).toEqual([
      {
        kind: "link",
        label: "Make it yours",
        href: `/sign-in?next=${encodeURIComponent("/datanets/d1/train?version=v1")}`,
      },
    ]);
    expect(stateSentence(datanet(sample), [version()])).toBe(
      "A sample to try things on; version 1 frozen, 1,204 rows.",
    );
  });

  it("never offers a second freeze while a version is open", () => {
    const labels = nextSteps(datanet({ acceptedRows: 9 }, { isOwner: true }), [
      version({ status: "approval", rows: 9 }),
    ]);
    expect(labels.map((step) => step.label)).toEqual(["Contribute"]);
  });
});
