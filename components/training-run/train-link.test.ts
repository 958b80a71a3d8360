import { expect, test } from "vitest";
import { againHref, parseTrainQuery, trainHref } from "./train-link";

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const read = (href: string) => parseTrainQuery(new URLSearchParams(href.split("?")[1]));

test("a run's settings survive the way through an address", () => {
  const run = {
    id: id(9),
    kind: "training" as const,
    parentRunId: null,
    baseId: "org/base model",
    preset: "balanced" as const,
    seed: 0,
    isBuilder: false,
    datanet: { isSample: false },
    sources: [
      { snapshotId: id(1), datanetId: id(2) },
      { snapshotId: id(3), datanetId: id(4) },
    ],
    excluded: [{ id: id(5) }],
  };
  const href = againHref(run, id(6));
  expect(href.startsWith(`/datanets/${id(2)}/train?`)).toBe(true);
  expect(read(href)).toEqual({
    version: id(1),
    with: [id(3)],
    without: [id(5), id(6)],
    base: "org/base model",
    preset: "balanced",
    seed: 0,
    from: id(9),
  });
  expect(read(againHref({ ...run, kind: "removal", parentRunId: id(8) })).from).toBe(id(8));
  const ofSample = { ...run, datanet: { isSample: true } };
  expect(read(againHref(ofSample)).seed).toBeNull();
  expect(read(againHref({ ...ofSample, isBuilder: true })).seed).toBe(0);
});

test("nonsense in an address is as if it were not there", () => {
  const query = read(`?version=1&with=${id(1)},${id(1)},x&without=,&preset=fast&seed=-1&from=../runs`);
  expect(query).toEqual({
    version: null,
    with: [id(1)],
    without: [],
    base: null,
    preset: null,
    seed: null,
    from: null,
  });
  expect(read("?seed=99999999999").seed).toBeNull();
  expect(read(`?with=${Array.from({ length: 12 }, (_, i) => id(i)).join(",")}`).with).toHaveLength(7);
  expect(trainHref(id(1), {})).toBe(`/datanets/${id(1)}/train`);
});
