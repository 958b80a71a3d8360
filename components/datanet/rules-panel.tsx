import dynamic from "next/dynamic";
import { personName } from "../account/person";
import { HashLink } from "../common/hash-link";
import { StatusBadge } from "../common/status-badge";
import type { DatanetDetails } from "./datanet-screen";
import { RulesNames, RulesText } from "./rules-text";
import { DATANET_STATUS, GOAL_WORDS, shownStatus } from "./words";

/** The owner's alone. */
const EditGuidelines = dynamic(() => import("./edit-guidelines").then((module) => module.EditGuidelines));

/** What the Datanet is for and what counts as a good row: what a validator judges by. */
export function RulesPanel({ datanet }: { datanet: DatanetDetails }) {
  const goal = GOAL_WORDS[datanet.goal];
  const chain = shownStatus(DATANET_STATUS, datanet.status);
  const number = datanet.chainDatanetId;
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_288px]">
      <div className="grid content-start gap-6">
        <RulesText title="Purpose" text={datanet.purpose} />
        <RulesText title="Guidelines" text={datanet.guidelines} />
        {datanet.role.isOwner && !datanet.isSample ? <EditGuidelines datanet={datanet} /> : null}
        <RulesNames labels={datanet.labels} fields={datanet.fields} />
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
