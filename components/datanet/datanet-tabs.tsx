"use client";
import dynamic from "next/dynamic";
import { WhenNear } from "../common/when-near";
import { TaskTable } from "../task/task-table";
import type { RouterOutputs } from "../trpc/client";
import { Skeleton } from "../ui/skeleton";
import { Tabs } from "../ui/tabs";
import { AdapterTable } from "./adapter-table";
import { ContributionTable } from "./contribution-table";
import type { DatanetDetails } from "./datanet-screen";
import { MemberTable } from "./member-table";
import { RulesPanel } from "./rules-panel";
import { RunTable } from "./run-table";
import { useHashTab } from "./use-hash-tab";
import { VersionTable } from "./version-table";

/** Behind a tab, and so behind a press: a visitor's first load is the rules. */
const QualityTab = dynamic(() => import("../review/quality-tab").then((module) => module.QualityTab), {
  loading: () => <Skeleton className="h-60" />,
});
const AccessPanel = dynamic(() => import("./access-panel").then((module) => module.AccessPanel), {
  loading: () => <Skeleton className="h-60" />,
});
const TopicMap = dynamic(() => import("./topic-map").then((module) => module.TopicMap), {
  loading: () => <Skeleton className="h-96" />,
});

type DatanetTabsProps = {
  datanet: DatanetDetails;
  versions: RouterOutputs["snapshot"]["listForDatanet"] | undefined;
};

/** Each tab asks for its own list once it is open; the counts beside the names come with the Datanet. */
export function DatanetTabs({ datanet, versions }: DatanetTabsProps) {
  const { id: datanetId, counts } = datanet;
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
          count: counts.contributions,
          content: (
            <>
              <ContributionTable datanetId={datanetId} total={counts.contributions} />
              {counts.contributions > 0 ? (
                <WhenNear className="mt-8 h-96">
                  <div className="mt-8">
                    <TopicMap datanetId={datanetId} />
                  </div>
                </WhenNear>
              ) : null}
            </>
          ),
        },
        {
          value: "versions",
          label: "Versions",
          count: versions?.length,
          content: <VersionTable versions={versions} isOwner={datanet.role.isOwner} datanetId={datanetId} />,
        },
        { value: "runs", label: "Runs", count: counts.runs, content: <RunTable datanetId={datanetId} /> },
        {
          value: "adapters",
          label: "Adapters",
          count: counts.adapters,
          content: <AdapterTable datanetId={datanetId} />,
        },
        {
          value: "tasks",
          label: "Tasks",
          count: counts.openTasks,
          content: <TaskTable datanetId={datanetId} isSample={datanet.isSample} />,
        },
        { value: "review", label: "Review", content: <QualityTab datanet={datanet} /> },
        {
          value: "members",
          label: "Members",
          count: counts.members,
          content: <MemberTable datanet={datanet} />,
        },
        ...(datanet.role.isOwner
          ? [{ value: "access", label: "Access", content: <AccessPanel datanet={datanet} /> }]
          : []),
      ]}
    />
  );
}
