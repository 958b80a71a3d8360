"use client";
import type { Contribution } from "../contribution-screen";
import { LengthHistogram } from "./length-histogram";
import { ShareBars } from "./share-bars";

/** What the file looks like as a whole. Loaded when somebody reads that far. */
export function Pictures({ contribution }: { contribution: Contribution }) {
  const { health, goal } = contribution;
  if (!health) return null;
  const { lengths, labels } = health;
  const hasShares = labels.values.some(({ value }) => value !== "");
  return (
    <section aria-labelledby="pictures">
      <h2 id="pictures" className="mb-4 text-lg">
        What is in the file
      </h2>
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-2">
        <LengthHistogram lengths={lengths} />
        {hasShares ? <ShareBars shares={labels} what={goal === "label" ? "label" : "category"} /> : null}
      </div>
    </section>
  );
}
