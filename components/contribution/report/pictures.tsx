"use client";
import { formatCount } from "../../common/numbers";
import type { Contribution } from "../contribution-screen";
import { usableRows } from "../words";
import { LengthHistogram } from "./length-histogram";
import { ShareBars } from "./share-bars";
import { ShareMeter } from "./share-meter";
import { languageSentence, newInformationSentence, withMissing } from "./share-words";

type Languages = Record<"prompt" | "answer", { language: string; rows: number }[]>;
type Health = NonNullable<Contribution["health"]> & {
  languages?: Languages;
  newInformationShare?: number;
  datanet?: { nearDuplicates: number; testOverlaps: number | null };
};

/** What the file looks like as a whole. Loaded when somebody reads that far. */
export function Pictures({ contribution }: { contribution: Contribution }) {
  const health: Health | null = contribution.health;
  if (!health) return null;
  const { goal } = contribution;
  const rows = usableRows(contribution.rows);
  const isLabel = goal === "label";
  const shares = isLabel ? withMissing(health.labels, contribution.labels) : health.labels;
  const hasShares = health.labels.values.some(({ value }) => value !== "");
  return (
    <section aria-labelledby="pictures">
      <h2 id="pictures" className="mb-4 text-lg">
        What is in the file
      </h2>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-8 lg:grid-cols-2">
        {health.newInformationShare === undefined ? null : (
          <NewInformation health={health} share={health.newInformationShare} rows={rows} />
        )}
        {health.languages ? <LanguagesSpoken languages={health.languages} rows={rows} /> : null}
        <LengthHistogram lengths={health.lengths} />
        {hasShares ? <ShareBars shares={shares} what={isLabel ? "label" : "category"} /> : null}
      </div>
    </section>
  );
}

function NewInformation({ health, share, rows }: { health: Health; share: number; rows: number }) {
  const there = health.datanet?.nearDuplicates ?? 0;
  const told =
    there > 0
      ? `${formatCount(there)} ${there === 1 ? "row is" : "rows are"} almost the same as rows of this Datanet.`
      : "Rows that are almost the same as another count as nothing new.";
  const test =
    health.datanet?.testOverlaps === null
      ? " The locked test was asked about too often today, so nothing is said of it."
      : "";
  return (
    <ShareMeter
      title="New information"
      sentence={newInformationSentence(share, rows)}
      share={share}
      note={`${told}${test}`}
    />
  );
}

function LanguagesSpoken({ languages, rows }: { languages: Languages; rows: number }) {
  return (
    <div>
      <h3>Languages</h3>
      <p className="mt-0.5 max-w-reading">{languageSentence(languages.prompt, rows)}</p>
      {languages.answer.length > 0 ? (
        <p className="max-w-reading text-muted">Answers: {languageSentence(languages.answer, rows)}</p>
      ) : null}
    </div>
  );
}
