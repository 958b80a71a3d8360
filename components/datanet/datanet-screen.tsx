"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Link } from "@/components/ui/link";
import { ErrorCallout } from "../common/error-callout";
import { PageHeader } from "../common/page-header";
import { shownError } from "../common/shown-error";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { useAccount } from "../trpc/use-account";
import { Button, LinkButton } from "../ui/button";
import { Menu } from "../ui/menu";
import { Skeleton } from "../ui/skeleton";
import { DatanetTabs } from "./datanet-tabs";
import { type NextStep, nextSteps, stateSentence } from "./next-step";
import { RegistrationStatus } from "./registration-status";
import { openTab } from "./use-hash-tab";

export type DatanetDetails = RouterOutputs["datanet"]["get"];

/** Wallet code is loaded only once its owner presses "Register". */
const RegisterPanel = dynamic(
  () => import("./register-panel").then((module) => module.RegisterPanelWithWallet),
  {
    loading: () => <Skeleton className="mb-6 h-24" />,
  },
);

const POLL_MS = 2_000;

export function DatanetScreen({ datanetId }: { datanetId: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(
    trpc.datanet.get.queryOptions(
      { datanetId },
      { refetchInterval: ({ state }) => (state.data?.status === "registering" ? POLL_MS : false) },
    ),
  );
  if (error) return <DatanetProblem error={error} onRetry={refetch} />;
  if (!data) return <DatanetSkeleton />;
  return <LoadedDatanet datanet={data} />;
}

function LoadedDatanet({ datanet }: { datanet: DatanetDetails }) {
  const trpc = useTRPC();
  const { account } = useAccount();
  const [isRegistering, setIsRegistering] = useState(false);
  const { data: versions } = useQuery(trpc.snapshot.listForDatanet.queryOptions({ datanetId: datanet.id }));
  const facts = { ...datanet, isSignedIn: Boolean(account) };
  const [first, ...others] = nextSteps(facts, versions ?? []);
  return (
    <>
      <PageHeader
        noun={
          <Link href="/datanets" className="link">
            Datanets
          </Link>
        }
        title={datanet.name}
        sentence={stateSentence(facts, versions ?? [])}
        action={
          first && !isRegistering ? (
            <StepButton step={first} datanetId={datanet.id} onRegister={() => setIsRegistering(true)} />
          ) : null
        }
        menu={<StepMenu steps={others} datanetId={datanet.id} />}
      />
      {isRegistering && datanet.status !== "registered" ? (
        <div className="mb-6 border-y border-line py-5">
          <RegisterPanel datanetId={datanet.id} />
        </div>
      ) : null}
      {datanet.status === "registering" && !isRegistering ? (
        <RegistrationStatus datanetId={datanet.id} />
      ) : null}
      <DatanetTabs datanet={datanet} versions={versions} />
    </>
  );
}

type StepButtonProps = { step: NextStep; datanetId: string; onRegister: () => void };

function StepButton({ step, datanetId, onRegister }: StepButtonProps) {
  const join = useJoin(datanetId);
  if (step.kind === "link") {
    return (
      <LinkButton href={step.href} variant="primary">
        {step.label}
      </LinkButton>
    );
  }
  if (step.kind === "register" || step.kind === "tab") {
    return (
      <Button variant="primary" onClick={step.kind === "tab" ? () => openTab(step.tab) : onRegister}>
        {step.label}
      </Button>
    );
  }
  return (
    <div>
      <Button
        variant="primary"
        onClick={() => join.mutate({ datanetId })}
        isBusy={join.isPending}
        busyLabel="Joining…"
      >
        {step.label}
      </Button>
      {join.error ? (
        <p role="alert" className="mt-1 text-sm text-bad">
          {shownError(join.error).message}
        </p>
      ) : null}
    </div>
  );
}

function useJoin(datanetId: string) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return useMutation(
    trpc.datanet.join.mutationOptions({
      onSuccess: () =>
        Promise.all([
          queryClient.invalidateQueries(trpc.datanet.get.queryFilter({ datanetId })),
          queryClient.invalidateQueries(trpc.datanet.members.queryFilter({ datanetId })),
        ]),
    }),
  );
}

function StepMenu({ steps, datanetId }: { steps: NextStep[]; datanetId: string }) {
  const join = useJoin(datanetId);
  const router = useRouter();
  if (steps.length === 0) return null;
  return (
    <Menu
      label="More actions"
      items={steps.map((step) => ({
        label: step.label,
        onSelect: () => {
          if (step.kind === "link") router.push(step.href);
          if (step.kind === "tab") openTab(step.tab);
          if (step.kind === "join") join.mutate({ datanetId });
        },
      }))}
    />
  );
}

function DatanetProblem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { code, message, fix, fields } = shownError(error);
  if (code !== "NOT_FOUND" && !fields?.datanetId) return <ErrorCallout error={error} onRetry={onRetry} />;
  return (
    <>
      <PageHeader
        title={fields ? "This is not the address of a Datanet" : message}
        sentence={fields ? undefined : fix}
      />
      <LinkButton href="/datanets">See the Datanets</LinkButton>
    </>
  );
}

function DatanetSkeleton() {
  return (
    <div role="status" aria-label="Loading the Datanet">
      <Skeleton className="mb-2 h-4 w-20" />
      <Skeleton className="h-9 w-80 max-w-full" />
      <Skeleton className="mt-2 h-5 w-96 max-w-full" />
      <Skeleton className="mt-6 h-10" />
      <Skeleton className="mt-5 h-60" />
    </div>
  );
}
