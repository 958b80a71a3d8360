import type { ReactNode } from "react";
import { personName } from "@/components/account/person";
import { HashLink } from "@/components/common/hash-link";
import { TimeAgo } from "@/components/common/time-ago";
import { SignedCover } from "./signed-cover";
import type { Version } from "./version-screen";

/** What the record on the chain names: anyone can recompute it. */
export function VersionFacts({ version }: { version: Version }) {
  const { root, manifestSha256, splitSha256, datanet, deadline, approvals } = version;
  return (
    <section>
      <h2 className="text-lg">Record</h2>
      <dl className="mt-3 grid grid-cols-1 gap-x-6 gap-y-0.5 sm:grid-cols-[160px_minmax(0,1fr)] sm:gap-y-2">
        {root ? (
          <Fact name="Root over the rows" value={<HashLink value={root} label="Merkle root" />} />
        ) : null}
        {manifestSha256 ? (
          <Fact name="Manifest" value={<HashLink value={manifestSha256} label="manifest hash" />} />
        ) : null}
        {splitSha256 ? (
          <Fact name="Split" value={<HashLink value={splitSha256} label="split hash" />} />
        ) : null}
        <Fact
          name="On the chain"
          value={
            datanet.chainDatanetId
              ? `Datanet ${datanet.chainDatanetId}, batch ${version.number}`
              : "not registered yet"
          }
        />
        <Fact
          name="Approved by"
          value={
            approvals.length === 0
              ? "nobody yet"
              : approvals.map((approval) => personName(approval)).join(", ")
          }
        />
        {root ? <Fact name="Signed decisions" value={<SignedCover snapshotId={version.id} />} /> : null}
        {deadline && version.status !== "frozen" ? (
          <Fact
            name="Approvals hold until"
            value={`${deadline.toISOString().slice(0, 16).replace("T", " ")} UTC`}
          />
        ) : null}
        <Fact
          name={version.frozenAt ? "Frozen" : "Started"}
          value={<TimeAgo at={version.frozenAt ?? version.createdAt} />}
        />
        <Fact name="Licence" value={datanet.licence} />
      </dl>
    </section>
  );
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="mb-2 min-w-0 sm:mb-0">{value}</dd>
    </>
  );
}
