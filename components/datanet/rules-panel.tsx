import { personName } from "../account/person";
import { HashLink } from "../common/hash-link";
import { StatusBadge } from "../common/status-badge";
import type { DatanetDetails } from "./datanet-screen";
import { DATANET_STATUS, GOAL_WORDS, shownStatus } from "./words";

/** What the Datanet is for and what counts as a good row: what a validator judges by. */
export function RulesPanel({ datanet }: { datanet: DatanetDetails }) {
  const goal = GOAL_WORDS[datanet.goal];
  const chain = shownStatus(DATANET_STATUS, datanet.status);
  const number = datanet.chainDatanetId;
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_288px]">
      <div className="grid content-start gap-6">
        <section aria-labelledby="purpose">
          <h2 id="purpose" className="font-semibold">
            Purpose
          </h2>
          <p className="mt-1 max-w-reading break-words whitespace-pre-line">{datanet.purpose}</p>
        </section>
        <section aria-labelledby="guidelines">
          <h2 id="guidelines" className="font-semibold">
            Guidelines
          </h2>
          <p className="mt-1 max-w-reading break-words whitespace-pre-line">{datanet.guidelines}</p>
        </section>
        {datanet.labels.length > 0 ? (
          <section aria-labelledby="labels">
            <h2 id="labels" className="font-semibold">
              Labels
            </h2>
            <ul className="mt-1.5 flex flex-wrap gap-1.5">
              {datanet.labels.map((label) => (
                <li key={label} className="rounded-sm bg-sunken px-2 py-0.5 break-words">
                  {label}
                </li>
              ))}
            </ul>
          </section>
        ) : null}
      </div>
      <dl className="grid content-start gap-4 border-line lg:border-l lg:pl-6">
        <Fact term="Goal">
          {goal.name}. {goal.metric}
        </Fact>
        <Fact term="Licence">{datanet.licence}</Fact>
        <Fact term="Owner">{personName({ name: datanet.ownerName, address: datanet.ownerAddress })}</Fact>
        <Fact term="Chain">
          <StatusBadge
            tone={chain.tone}
            label={number === null ? chain.label : `${chain.label}, number ${number}`}
          />
        </Fact>
        <Fact term="Hash of these rules">
          <HashLink value={datanet.policyHash} label="hash of the rules" />
        </Fact>
      </dl>
    </div>
  );
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-muted">{term}</dt>
      <dd className="mt-0.5 break-words">{children}</dd>
    </div>
  );
}
