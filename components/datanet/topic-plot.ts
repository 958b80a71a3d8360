/** What a map of topics is drawn from, without a screen. */
export type Place = { x: number; y: number };
export type Box = { width: number; height: number };

/** A mark's own form, so that colour is never the only difference. Distances are from its middle. */
const SHAPES = {
  circle: (x: number, y: number, r: number) =>
    `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
  square: (x: number, y: number, r: number) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
  triangle: (x: number, y: number, r: number) => `M${x} ${y - r * 1.2}l${r * 1.2} ${r * 2.1}h${-r * 2.4}z`,
  diamond: (x: number, y: number, r: number) =>
    `M${x} ${y - r * 1.3}l${r * 1.3} ${r * 1.3}l${-r * 1.3} ${r * 1.3}l${-r * 1.3} ${-r * 1.3}z`,
  wedge: (x: number, y: number, r: number) => `M${x} ${y + r * 1.2}l${-r * 1.2} ${-r * 2.1}h${r * 2.4}z`,
  bar: (x: number, y: number, r: number) => `M${x - r * 1.4} ${y - r * 0.5}h${r * 2.8}v${r}h${-r * 2.8}z`,
} as const;
export type Shape = keyof typeof SHAPES;

/** One path for all marks of a series: two thousand rows are a handful of elements. */
export const marks = (shape: Shape, places: readonly Place[], radius: number) =>
  places.map(({ x, y }) => SHAPES[shape](round(x), round(y), radius)).join("");

const round = (value: number) => Math.round(value * 10) / 10;

/** Places in the box; both directions have one scale, so that what is near is near in each. */
export function placeIn<T extends Place>(places: readonly T[], box: Box, margin = 12): T[] {
  if (places.length === 0) return [];
  const [left, right, low, high] = [
    Math.min(...places.map(({ x }) => x)),
    Math.max(...places.map(({ x }) => x)),
    Math.min(...places.map(({ y }) => y)),
    Math.max(...places.map(({ y }) => y)),
  ];
  const scale = Math.min(
    (box.width - 2 * margin) / (right - left || 1),
    (box.height - 2 * margin) / (high - low || 1),
  );
  return places.map((place) => ({
    ...place,
    x: box.width / 2 + (place.x - (left + right) / 2) * scale,
    y: box.height / 2 - (place.y - (low + high) / 2) * scale,
  }));
}

/** The place under a pointer: the nearest one, if it is within `reach`. */
export function nearestTo(places: readonly Place[], at: Place, reach: number): number | null {
  let best: number | null = null;
  let bestDistance = reach * reach;
  places.forEach(({ x, y }, i) => {
    const distance = (x - at.x) ** 2 + (y - at.y) ** 2;
    if (distance <= bestDistance) [best, bestDistance] = [i, distance];
  });
  return best;
}

const DIRECTIONS: Record<string, Place> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** Where an arrow key leads: the nearest place in that quarter. Home and End: the outermost on the left and right. */
export function nextPlace(places: readonly Place[], from: number, key: string): number | null {
  const byX = () => places.map((_, i) => i).sort((a, b) => places[a]!.x - places[b]!.x);
  if (key === "Home") return byX()[0] ?? null;
  if (key === "End") return byX().at(-1) ?? null;
  const way = DIRECTIONS[key];
  const here = places[from];
  if (!way || !here) return null;
  let best: number | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  places.forEach(({ x, y }, i) => {
    const [dx, dy] = [x - here.x, y - here.y];
    const along = dx * way.x + dy * way.y;
    const across = Math.abs(dx * way.y) + Math.abs(dy * way.x);
    const distance = dx * dx + dy * dy;
    if (along > 0 && across <= along && distance < bestDistance) [best, bestDistance] = [i, distance];
  });
  return best;
}
