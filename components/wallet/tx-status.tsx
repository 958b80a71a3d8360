"use client";
import { useQuery } from "@tanstack/react-query";
import { Check } from "lucide-react";
import dynamic from "next/dynamic";
import { HashLink } from "../common/hash-link";
import { useTRPC } from "../trpc/client";
import { Spinner } from "../ui/button";
import { cn } from "../ui/cn";
import { isOther, pollMs } from "./tx-watch";

/** The chain's errors in words are fetched when there is one. */
const TxProblem = dynamic(() => import("./tx-problem").then((module) => module.TxProblem));

const STEPS = [
  { status: "submitted", label: "Submitted", note: "The network knows the transaction." },
  { status: "included", label: "Included", note: "A block holds it." },
  { status: "final", label: "Final", note: "It can no longer be undone." },
] as const;

export type ShownTxStatus = "submitted" | "included" | "final";
type TxStepsProps = { status: ShownTxStatus; hash: string; isSpedUp?: boolean };

/** The three states of a transaction in words; what is behind is ticked, what is awaited turns. */
export function TxSteps({ status, hash, isSpedUp = false }: TxStepsProps) {
  const reached = STEPS.findIndex((step) => step.status === status);
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-4 gap-y-1.5 text-sm">
      <ol className="flex flex-wrap gap-x-4 gap-y-1">
        {STEPS.map((step, index) => (
          <li
            key={step.status}
            title={step.note}
            aria-current={index === reached ? "step" : undefined}
            className={cn("flex items-center gap-1.5", index > reached && "text-muted")}
          >
            <StepMark isDone={index <= reached} isNext={index === reached + 1} />
            {step.label}
          </li>
        ))}
      </ol>
      <HashLink value={hash} label="transaction hash" />
      {isSpedUp ? <p className="basis-full text-muted">{SPED_UP}</p> : null}
    </div>
  );
}

const SPED_UP = "You sped it up in your wallet; this is the newer transaction, and it does the same.";

function StepMark({ isDone, isNext }: { isDone: boolean; isNext: boolean }) {
  if (isDone) return <Check aria-label="done" role="img" className="size-3.5 text-good-mark" />;
  if (isNext) return <Spinner />;
  return <span aria-hidden="true" className="size-3.5 rounded-full border border-edge" />;
}

/** Watches a transaction the server knows, also after a reload. */
export function TxStatus({ hash }: { hash: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.chain.transaction.queryOptions(
      { hash },
      { refetchInterval: (query) => pollMs(query.state.data?.status) },
    ),
  );
  if (!data) return null;
  if (data.status === "submitted" || data.status === "included" || data.status === "final") {
    return <TxSteps status={data.status} hash={data.hash} isSpedUp={isOther(data.hash, hash)} />;
  }
  return <TxProblem status={data.status} problem={data.problem} hash={data.replacedBy ?? hash} />;
}
