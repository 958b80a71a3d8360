"use client";
import { useQuery } from "@tanstack/react-query";
import { personName } from "@/components/account/person";
import { TryPanel } from "@/components/chat/try-panel";
import { ErrorCallout } from "@/components/common/error-callout";
import { HashLink } from "@/components/common/hash-link";
import { PageHeader } from "@/components/common/page-header";
import { Stat } from "@/components/common/stat";
import { StatusBadge } from "@/components/common/status-badge";
import { verdictWords } from "@/components/evaluation/verdict";
import { MakeItYoursButton } from "@/components/sample/make-it-yours-button";
import { type RouterOutputs, useTRPC } from "@/components/trpc/client";
import { LinkButton } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Skeleton } from "@/components/ui/skeleton";
import { AdapterCard } from "./adapter-card";
import { AdapterFiles } from "./adapter-files";
import { MadeElsewhere } from "./measure-panel";
import { publicationWords } from "./publication-words";
import { RecheckPanel } from "./recheck-panel";

type Adapter = RouterOutputs["adapter"]["get"];
const POLL_MS = 2_000;

/** The public page of one adapter: what it is, what was measured, the record, and how to take it. */
export function AdapterPage({ adapterId }: { adapterId: string }) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.adapter.get.queryOptions(
      { adapterId },
      { refetchInterval: ({ state }) => (isSettled(state.data?.publicationStatus) ? false : POLL_MS) },
    ),
  );
  if (query.error) return <ErrorCallout error={query.error} onRetry={() => query.refetch()} />;
  if (!query.data) return <AdapterSkeleton />;
  const adapter = query.data;
  const isPublished = adapter.tokenId !== null;
  return (
    <>
      <PageHeader
        noun="Adapter"
        title={adapter.name}
        sentence={sentenceOf(adapter)}
        action={
          adapter.isBuilder && !isPublished && adapter.origin === "trained" ? (
            <LinkButton variant="primary" href={`/runs/${adapter.runId}/publish`}>
              Publish
            </LinkButton>
          ) : isSamples(adapter) && adapter.datanetId && adapter.snapshotId ? (
            <MakeItYoursButton datanetId={adapter.datanetId} version={adapter.snapshotId} />
          ) : null
        }
      />
      <Facts adapter={adapter} />
      {adapter.runId === null && !adapter.isPrivate ? null : (
        <div className="mt-8">
          <TryPanel adapterId={adapter.id} />
        </div>
      )}
      <MadeElsewhere adapter={adapter} />
      <AdapterCard adapter={adapter} />
      <AdapterFiles adapter={adapter} />
      {isPublished ? <RecheckPanel adapterId={adapter.id} isBuilder={adapter.isBuilder} /> : null}
    </>
  );
}

/** Trained on a sample by somebody else: one's own can be made just so. */
const isSamples = ({ isSample, origin, isBuilder }: Adapter) =>
  isSample && origin === "trained" && !isBuilder;

const isSettled = (status: string | null | undefined) => status !== "submitted" && status !== "included";

function sentenceOf(adapter: Adapter): string {
  const by = personName({ name: adapter.builderName, address: adapter.builderAddress });
  if (adapter.origin === "imported")
    return `Made elsewhere and brought in by ${by}, base ${adapter.baseId}; ${adapter.verdict ? "measured here" : "not measured yet"}.`;
  const state = publicationWords(adapter.publicationStatus).label.toLowerCase();
  const on = adapter.isPrivate ? "a private Datanet" : adapter.sources.map(({ name }) => name).join(" and ");
  return `Trained by ${by} on ${on}, base ${adapter.baseId}; ${state}.`;
}

function Facts({ adapter }: { adapter: Adapter }) {
  const comparison = headlineOf(adapter.summary);
  return (
    <dl className="mt-6 grid grid-cols-2 gap-x-6 gap-y-4 border-y border-line py-5 md:grid-cols-4">
      <Stat
        label="Verdict"
        value={<StatusBadge {...verdictWords(adapter.verdict)} className="whitespace-normal" />}
        note={comparison}
      />
      <Stat
        label="Data"
        value={
          adapter.origin === "imported"
            ? "Unknown"
            : adapter.isPrivate
              ? "A private Datanet"
              : adapter.sources.map(({ datanetId, name }) => (
                  <span key={datanetId} className="block py-1 text-base">
                    <TextLink href={`/datanets/${datanetId}`} text={name} />
                  </span>
                ))
        }
        note={adapter.licence}
      />
      <Stat
        label={adapter.origin === "imported" ? "Measured by" : "Training run"}
        value={<RunLink adapter={adapter} />}
        note={<RunNote adapter={adapter} />}
      />
      <Stat
        label="On the chain"
        value={<StatusBadge {...publicationWords(adapter.publicationStatus)} className="whitespace-normal" />}
        note={adapter.tokenId === null ? undefined : `Adapter number ${adapter.tokenId}`}
      />
      <Stat
        label="Adapter hash"
        value={<HashLink value={adapter.sha256} label="adapter hash" />}
        note="SHA-256 of the weights"
      />
      {adapter.cardSha256 ? (
        <Stat
          label="Card hash"
          value={<HashLink value={adapter.cardSha256} label="card hash" />}
          note="SHA-256 of the card"
        />
      ) : null}
    </dl>
  );
}

function RunLink({ adapter }: { adapter: Adapter }) {
  if (adapter.isPrivate) return "Private";
  if (adapter.runId === null) return "Nothing yet";
  const text = adapter.origin === "imported" ? "Its run" : `${adapter.preset}, seed ${adapter.seed}`;
  return <TextLink href={`/runs/${adapter.runId}`} text={text} />;
}

/** What its run tells, and where else to go with it once it was measured. */
function RunNote({ adapter }: { adapter: Adapter }) {
  const told = adapter.origin === "imported" ? "Before and after" : "Before and after, and whose data helped";
  if (adapter.isPrivate || adapter.runId === null || adapter.verdict === null) return told;
  return (
    <>
      {told}. <TextLink href={`/runs/${adapter.runId}/report`} text="Report" />,{" "}
      <TextLink href={`/runs/compare?a=${adapter.runId}`} text="compare with another" />
    </>
  );
}

function TextLink({ href, text }: { href: string; text: string }) {
  return (
    <Link href={href} className="text-link underline underline-offset-2">
      {text}
    </Link>
  );
}

type Judged = { tuned: number; base: number; judged: number };
type Comparison = {
  n?: number;
  base?: { correct?: number; n?: number };
  tuned?: { correct?: number; n?: number };
};

/** "41 to 63 of 100 right", from the evaluation's own counts, of a style from the people's; nothing when the run was not measured. */
export function headlineOf(summary: Record<string, unknown> | null): string | undefined {
  if (summary?.metric === "preference") {
    const said = summary.preference as Judged | undefined;
    return said && `preferred on ${said.tuned}, its base on ${said.base}, of ${said.judged} judged`;
  }
  const arms = (summary?.arms ?? summary) as Comparison | undefined;
  const before = arms?.base?.correct;
  const after = arms?.tuned?.correct;
  const n = arms?.tuned?.n;
  return before === undefined || after === undefined || n === undefined
    ? undefined
    : `${before} to ${after} of ${n} right`;
}

function AdapterSkeleton() {
  return (
    <div aria-busy="true">
      <p className="sr-only">Loading the adapter</p>
      <Skeleton className="h-9 w-2/3" />
      <Skeleton className="mt-3 h-5 w-1/2" />
      <Skeleton className="mt-6 h-32 w-full" />
    </div>
  );
}
