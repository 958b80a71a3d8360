"use client";
import type { RouterOutputs } from "../trpc/client";
import { ExportLinks } from "./export-links";
import { KnownPanel } from "./known-panel";
import { KnownRate } from "./known-rate";
import { ReviewerTable } from "./reviewer-table";
import { RulesPanel } from "./rules-panel";
import { SignOffer } from "./sign-offer";

type Datanet = Pick<RouterOutputs["datanet"]["get"], "id" | "role">;

/** How good the rows are, and how well they are reviewed. What is about people is for members. */
export function QualityTab({ datanet }: { datanet: Datanet }) {
  const { id, role } = datanet;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8">
      <div className="grid gap-3">
        <KnownRate datanetId={id} />
        {role.isValidator ? <SignOffer datanetId={id} /> : null}
      </div>
      <RulesPanel datanetId={id} isOwner={role.isOwner} />
      {role.isMember ? <ReviewerTable datanetId={id} /> : null}
      {role.isOwner ? <KnownPanel datanetId={id} /> : null}
      <ExportLinks datanetId={id} isMember={role.isMember} />
    </div>
  );
}
