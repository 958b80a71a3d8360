import { personName } from "../account/person";
import type { RouterOutputs } from "../trpc/client";
import type { Shape } from "./topic-plot";

export type TopicPoint = RouterOutputs["datanet"]["topicMap"]["points"][number];
export type Series = { key: string; name: string; shape: Shape; color: string; points: TopicPoint[] };

/** Okabe-Ito hues, each with a form of its own; whoever comes after the sixth shares the last, grey. */
const LOOKS: { shape: Shape; color: string }[] = [
  { shape: "circle", color: "var(--info-mark)" },
  { shape: "square", color: "var(--warn-mark)" },
  { shape: "triangle", color: "var(--good-mark)" },
  { shape: "diamond", color: "var(--bad-mark)" },
  { shape: "wedge", color: "var(--chart-purple)" },
  { shape: "bar", color: "var(--chart-sky)" },
];
const OTHERS = { shape: "circle", color: "var(--edge)" } as const;

/** By contributor, most rows first; on the report of one contribution its own rows before all others. */
export function seriesOf(points: TopicPoint[], contributionId?: string): Series[] {
  if (contributionId) {
    const isOwn = (point: TopicPoint) => point.contributionId === contributionId;
    const others = points.filter((point) => !isOwn(point));
    return [
      { key: "others", name: "the rest of the Datanet", ...OTHERS, points: others },
      { key: "own", name: "this file", ...LOOKS[0]!, points: points.filter(isOwn) },
    ];
  }
  const people = new Map<string, TopicPoint[]>();
  for (const point of points)
    people.set(point.contributorId, [...(people.get(point.contributorId) ?? []), point]);
  const sorted = [...people].sort(([a, x], [b, y]) => y.length - x.length || a.localeCompare(b));
  const named = sorted.slice(0, LOOKS.length).map(([key, own], i) => ({
    key,
    name: personName({ name: own[0]!.contributorName, address: own[0]!.contributorAddress }),
    ...LOOKS[i]!,
    points: own,
  }));
  const rest = sorted.slice(LOOKS.length);
  if (rest.length === 0) return named;
  const name = `${rest.length} ${rest.length === 1 ? "other" : "others"}`;
  return [...named, { key: "rest", name, ...OTHERS, points: rest.flatMap(([, own]) => own) }];
}
