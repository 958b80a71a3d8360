"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import { RulesNames, RulesText } from "../datanet/rules-text";
import type { RouterOutputs } from "../trpc/client";

type Queue = RouterOutputs["review"]["queue"];

const GuidelinesChange = dynamic(
  () => import("./guidelines-change").then((module) => module.GuidelinesChange),
  { ssr: false },
);

/** What a good row is: always beside the row, and once what has changed in it. */
export function Guidelines({ queue }: { queue: Queue }) {
  const { datanet, guidelinesBefore } = queue;
  const [seen, setSeen] = useState(0);
  const isNew = guidelinesBefore !== null && seen < datanet.guidelinesNumber;
  return (
    <aside
      aria-label="Guidelines"
      className="grid content-start gap-5 border-t border-line pt-5 lg:sticky lg:top-6 lg:max-h-[calc(100dvh-48px)] lg:self-start lg:overflow-y-auto lg:border-t-0 lg:border-l lg:pt-0 lg:pl-6"
    >
      {isNew ? (
        <GuidelinesChange
          before={guidelinesBefore}
          now={datanet.guidelines}
          onSeen={() => setSeen(datanet.guidelinesNumber)}
        />
      ) : null}
      <RulesText title="Guidelines" text={datanet.guidelines} />
      <RulesNames labels={datanet.labels} fields={datanet.fields} />
      <RulesText title="Purpose" text={datanet.purpose} />
    </aside>
  );
}
