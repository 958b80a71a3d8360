import type { ReactNode } from "react";
import { HashLink } from "@/components/common/hash-link";
import { formatCount } from "@/components/common/numbers";
import { Hypothesis } from "@/components/evaluation/hypothesis";
import type { RouterOutputs } from "@/components/trpc/client";

type Adapter = RouterOutputs["adapter"]["get"];

/** The card as it was hashed: every line is a measured fact of it, what it cannot say included. */
export function AdapterCard({ adapter }: { adapter: Adapter }) {
  const card = adapter.card as Card | null;
  if (!card) return null;
  const { data, training, base, runCommit, limits } = card;
  const { split } = data;
  return (
    <section className="far mt-8">
      <h2 className="text-lg">Card</h2>
      <p className="text-muted">
        Filled from what was measured, not written by hand. Its hash is on the chain.
      </p>
      <dl className="mt-3 grid gap-x-6 gap-y-0.5 md:grid-cols-[180px_1fr] md:gap-y-2">
        <Line name="Data">
          {(data.datanets ?? [data]).map((source) => (
            <span key={source.datanet} className="block">
              Version {source.version} of {source.datanet}, {formatCount(source.rows)} rows under{" "}
              {source.licence}
            </span>
          ))}
          {data.datanets ? <span className="block">The adapter inherits {data.licence}.</span> : null}
        </Line>
        {data.excludedContributors ? (
          <Line name="Left out">
            The rows of {data.excludedContributors.map((address) => address.slice(0, 10)).join(", ")} were not
            trained on.
          </Line>
        ) : null}
        {split && !data.datanets ? (
          <Line name="Split">
            {formatCount(split.train)} to train, {formatCount(split.validation)} to stop by,{" "}
            {formatCount(split.test)} in the locked test, {formatCount(split.removed)} removed because they
            would leak
          </Line>
        ) : null}
        <Line name="Set out to show">
          <Hypothesis>{runCommit.hypothesis}</Hypothesis>
        </Line>
        <Line name="Announced as">
          <HashLink value={runCommit.hash} label="hash of the announced run" />
        </Line>
        <Line name="Training">
          {training.preset}, seed {training.seed}, on base {base.id}
        </Line>
        <Line name="Test opened">
          {card.evaluation
            ? `This run was opening number ${card.evaluation.opening} of this test`
            : "Not measured"}
        </Line>
        <Line name="What it does not say">
          <ul className="list-disc pl-4">
            {limits.map((limit) => (
              <li key={limit}>{limit}</li>
            ))}
          </ul>
        </Line>
      </dl>
    </section>
  );
}

type Card = {
  base: { id: string };
  data: {
    datanet: string;
    licence: string;
    version: number;
    rows: number;
    datanets?: { datanet: string; licence: string; version: number; rows: number }[];
    excludedContributors?: string[];
    split: { train: number; validation: number; test: number; removed: number } | null;
  };
  training: { preset: string; seed: number };
  evaluation: { opening: number } | null;
  runCommit: { hash: string; hypothesis: string };
  limits: string[];
};

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="mb-2 min-w-0 max-w-reading break-words md:mb-0">{children}</dd>
    </>
  );
}
