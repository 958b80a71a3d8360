"use client";
import { formatCount } from "../../common/numbers";
import type { Contribution } from "../contribution-screen";
import { usableRows } from "../words";
import { DuplicatePairs } from "./duplicate-pairs";
import { LengthHistogram } from "./length-histogram";
import { ShareBars } from "./share-bars";
import { ShareMeter } from "./share-meter";
import { languageSentence, newInformationSentence, withMissing } from "./share-words";

type Health = NonNullable<Contribution["health"]>;

/** What the file looks like as a whole. Loaded when somebody reads that far. */
export function Pictures({ contribution }: { contribution: Contribution }) {
  const { health, goal } = contribution;
  if (!health) return null;
  const rows = usableRows(contribution.rows);
  const nearDuplicates = health.nearDuplicates + (health.datanet?.nearDuplicates ?? 0);
  const isLabel = goal === "label";
  const shares = isLabel ? withMissing(health.labels, contribution.labels) : health.labels;
  const hasShares = health.labels.values.some(({ value }) => value !== "");
  return (
    <section aria-labelledby="pictures">
      <h2 id="pictures" className="mb-4 text-lg">
        What is in the file
      </h2>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-8 lg:grid-cols-2">
        <NewInformation health={health} rows={rows} />
        <LanguagesSpoken languages={health.languages} rows={rows} />
        <LengthHistogram lengths={health.lengths} />
        {hasShares ? <ShareBars shares={shares} what={isLabel ? "label" : "category"} /> : null}
      </div>
      {nearDuplicates > 0 ? (
        <div className="mt-8">
          <DuplicatePairs contributionId={contribution.id} />
        </div>
      ) : null}
    </section>
  );
}

function NewInformation({ health, rows }: { health: Health; rows: number }) {
  const share = health.newInformationShare;
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

function LanguagesSpoken({ languages, rows }: { languages: Health["languages"]; rows: number }) {
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
