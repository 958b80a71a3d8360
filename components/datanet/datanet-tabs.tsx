"use client";
import { useQuery } from "@tanstack/react-query";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { Tabs } from "../ui/tabs";
import { AdapterTable } from "./adapter-table";
import { ContributionTable } from "./contribution-table";
import type { DatanetDetails } from "./datanet-screen";
import { MemberTable } from "./member-table";
import { RulesPanel } from "./rules-panel";
import { RunTable } from "./run-table";
import { useHashTab } from "./use-hash-tab";
import { VersionTable } from "./version-table";

type DatanetTabsProps = {
  datanet: DatanetDetails;
  versions: RouterOutputs["snapshot"]["listForDatanet"] | undefined;
  runs: RouterOutputs["trainingRun"]["list"]["items"] | undefined;
};

const POLL_MS = 3_000;

/** The chain does not say yet what was decided here. */
const isOnItsWay = (member: RouterOutputs["datanet"]["members"][number]) =>
  member.isValidator !== member.isValidatorOnChain;

export function DatanetTabs({ datanet, versions, runs }: DatanetTabsProps) {
  const trpc = useTRPC();
  const datanetId = datanet.id;
  const contributions = useQuery(trpc.contribution.listForDatanet.queryOptions({ datanetId }));
  const adapters = useQuery(trpc.adapter.list.queryOptions({ datanetId }));
  const members = useQuery(
    trpc.datanet.members.queryOptions(
      { datanetId },
      { refetchInterval: ({ state }) => (state.data?.some(isOnItsWay) ? POLL_MS : false) },
    ),
  );
  const [tab, setTab] = useHashTab("rules");
  return (
    <Tabs
      label={`Parts of ${datanet.name}`}
      value={tab}
      onValueChange={setTab}
      items={[
        { value: "rules", label: "Rules", content: <RulesPanel datanet={datanet} /> },
        {
          value: "contributions",
          label: "Contributions",
          count: contributions.data?.length,
          content: <ContributionTable query={contributions} datanetId={datanetId} />,
        },
        {
          value: "versions",
          label: "Versions",
          count: versions?.length,
          content: <VersionTable versions={versions} isOwner={datanet.role.isOwner} datanetId={datanetId} />,
        },
        {
          value: "runs",
          label: "Runs",
          count: runs?.length,
          content: <RunTable runs={runs} datanetId={datanetId} />,
        },
        {
          value: "adapters",
          label: "Adapters",
          count: adapters.data?.total,
          content: <AdapterTable query={adapters} />,
        },
        {
          value: "members",
          label: "Members",
          count: members.data?.length,
          content: <MemberTable query={members} datanet={datanet} />,
        },
      ]}
    />
  );
}
