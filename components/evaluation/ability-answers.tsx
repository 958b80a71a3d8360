"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ABILITY_NAMES } from "@/server/evaluation/words";
import type { Ability } from "./ability-section";
import { AnswerPair } from "./answer-pair";

type Item = Ability["items"][number];
const FIRST = 5;

/** The suite is public, so every answer may be looked at: what was right before and is not any more, first. */
export function AbilityAnswers({ items }: { items: Item[] }) {
  const [isOpen, setIsOpen] = useState(false);
  const [limit, setLimit] = useState(FIRST);
  const lost = items.filter(({ answers }) => answers.base.correct && !answers.tuned.correct);
  const rest = items.filter((item) => !lost.includes(item));
  const sorted = [...interleaved(lost), ...rest];
  if (!isOpen)
    return (
      <div>
        <Button size="sm" onClick={() => setIsOpen(true)}>
          Show the answers
        </Button>
      </div>
    );
  return (
    <div>
      <h3>Answers to the suite</h3>
      <p className="mt-0.5 mb-3 text-sm text-muted">
        {lost.length === 0
          ? "Nothing that was right before is wrong now."
          : `${lost.length} that were right before and are not any more come first.`}
      </p>
      <ul className="divide-y divide-line border-y border-line">
        {sorted.slice(0, limit).map(({ id, ability, prompt, answers: { base, tuned } }) => (
          <AnswerPair
            key={id}
            item={{ id, prompt, category: ability, expected: [], base, tuned }}
            about={ABILITY_NAMES[ability] ?? ability}
          />
        ))}
      </ul>
      {limit < sorted.length ? (
        <Button size="sm" className="mt-4" onClick={() => setLimit(limit + 20)}>
          Show more
        </Button>
      ) : null}
    </div>
  );
}

/** One of each ability in turn, so that the first ones show all kinds. */
function interleaved(items: Item[]): Item[] {
  const turn = new Map<string, number>();
  return items
    .map((item) => {
      const order = turn.get(item.ability) ?? 0;
      turn.set(item.ability, order + 1);
      return { item, order };
    })
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
