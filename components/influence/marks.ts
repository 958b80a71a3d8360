import type { MarkShape, WhiskerMark } from "@/components/common/whisker-bars";
import type { Traced } from "./trace-panel";

/** Other measures of a group's rows by the group's id. */
export type Marks = ReadonlyMap<string, readonly WhiskerMark[]>;

export const LEGEND: { shape: MarkShape; words: string; column: string }[] = [
  { shape: "diamond", words: "traced through the whole training", column: "Traced" },
  { shape: "circle", words: "measured: trained again without these rows", column: "Retrained" },
];

/** The trace's totals as diamonds, of people, files and Datanets alike; what retraining without a person did as circles. */
export function marksOf(data: Pick<Traced, "trace" | "retrained"> | undefined): Marks {
  const marks = new Map<string, WhiskerMark[]>();
  const add = (shape: MarkShape, { id, value, low, high }: { id: string } & Omit<WhiskerMark, "shape">) =>
    marks.set(id, [...(marks.get(id) ?? []), { shape, value, low, high }]);
  const result = data?.trace?.result;
  for (const group of [
    ...(result?.contributors ?? []),
    ...(result?.contributions ?? []),
    ...(result?.datanets ?? []),
  ])
    add("diamond", group);
  for (const person of data?.retrained ?? []) add("circle", person);
  return marks;
}
