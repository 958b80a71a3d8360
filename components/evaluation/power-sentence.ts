import { formatCount, formatPoints } from "@/components/common/numbers";

type Power = { testItems: number; discordant: number; gain: number | null };

/** What a test of this size can show, before anything is trained. Rates are fractions 0..1. */
export function powerSentence({ testItems, discordant, gain }: Power): string {
  if (testItems < 50) {
    return `The locked test has ${formatCount(testItems)} ${testItems === 1 ? "question" : "questions"}; under 50 no verdict is given. More different rows make it larger.`;
  }
  const items = `With ${formatCount(testItems)} locked test questions`;
  if (gain !== null && discordant === 1)
    return (
      `${items}, an adapter whose answer is preferred ${formatPoints((1 + gain) / 2)} times in 100 is found four ` +
      "times out of five, once all of them are judged. A weaker preference may stay hidden."
    );
  if (gain === null) return `${items}, no change can be told from chance.`;
  return (
    `${items}, a gain of ${formatPoints(gain)} in 100 is found four times out of five ` +
    `(if ${formatPoints(discordant)} in 100 answers change). A smaller one may stay hidden.`
  );
}
