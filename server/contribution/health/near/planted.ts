import { Random } from "../detector-set/random";

/** Lengths of planted pairs, words. */
export const PLANTED_BANDS = [
  { name: "10-19", from: 10, to: 19 },
  { name: "20-49", from: 20, to: 49 },
  { name: "50-99", from: 50, to: 99 },
  { name: "100-300", from: 100, to: 300 },
] as const;

export type PlantedPair = { row: number; other: number; band: string };

/**
 * A file of unlike texts with `share` of its rows as edited copies of earlier ones: one word in ten to one in twenty
 * replaced, an ending added, case and signs changed. Words are drawn by rank as in natural text (Zipf), so strangers
 * share the common ones. One row at a time, so that a million take no memory.
 */
export function* plantedRows(
  rows: number,
  seed: number,
  onPair: (pair: PlantedPair) => void,
  share = 0.03,
  bands: readonly { name: string; from: number; to: number }[] = PLANTED_BANDS,
): Generator<{ prompt: string; answer: string }> {
  const random = new Random(seed);
  const vocabulary = Array.from({ length: 20_000 }, () =>
    random.text("abcdefghijklmnopqrstuvwxyz", 2 + random.below(8)),
  );
  const word = () => vocabulary[Math.floor(vocabulary.length ** random.next()) - 1]!;
  const waiting: { row: number; words: string[]; band: string }[] = [];
  for (let row = 1; row <= rows; row += 1) {
    if (waiting.length > 0 && random.next() < share) {
      const [from] = waiting.splice(random.below(waiting.length), 1);
      onPair({ row, other: from!.row, band: from!.band });
      yield { prompt: edit(random, from!.words, word), answer: "as above" };
      continue;
    }
    const band = random.pick(bands);
    const words = Array.from({ length: band.from + random.below(band.to - band.from + 1) }, word);
    if (waiting.length < 500) waiting.push({ row, words, band: band.name });
    yield { prompt: words.join(" "), answer: "as above" };
  }
}

function edit(random: Random, words: readonly string[], word: () => string): string {
  // At least one word, so that it is never the same text.
  const every = Math.min(10 + random.below(11), words.length);
  const changed = words.map((each, i) => (i % every === every - 1 ? word() : each));
  if (random.below(3) === 0) changed.push("thanks");
  const text = changed.join(" ");
  return random.below(3) === 0 ? `${text[0]!.toUpperCase()}${text.slice(1)}.` : text;
}
