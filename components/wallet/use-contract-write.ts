"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Hex } from "viem";
import { useConfig } from "wagmi";
import { getPublicClient, sendTransaction } from "wagmi/actions";
import type { TransactionPurpose } from "@/db/schema/chain.constants";
import { useTRPC, useTRPCClient } from "../trpc/client";
import { noFunds, type ShownChainError, settledProblem, toChainError } from "./chain-error";
import { isOther, pollMs } from "./tx-watch";
import { useConnectedAccount } from "./use-connected-account";

export type WriteState =
  | "idle"
  | "checking"
  | "simulating"
  | "signing"
  | "submitted"
  | "included"
  | "final"
  | "failed";

export type WriteRequest = {
  purpose: TransactionPurpose;
  /** Id of the Datanet, snapshot, run or publication; for a grant the Datanet. */
  subjectId: string;
  /** As the server prepared it. */
  call: { to: Hex; data: Hex };
};

type Settled = { onIncluded?: () => void; onFinal?: () => void };

/**
 * One transaction from button to final: check the network, simulate, sign, tell the server, watch.
 * `write` resolves to the hash, or to null after a failure that `error` then holds; it never throws.
 * On included and on final every query is asked again, then the callbacks run.
 */
export function useContractWrite(settled: Settled = {}) {
  const config = useConfig();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const connectedAccount = useConnectedAccount();
  const [step, setStep] = useState<WriteState>("idle");
  const [error, setError] = useState<ShownChainError | null>(null);
  const [sent, setSent] = useState<{ hash: Hex; request: WriteRequest } | null>(null);

  const tell = useCallback(
    ({ hash, request }: { hash: Hex; request: WriteRequest }) =>
      client.chain.submitted.mutate({ hash, purpose: request.purpose, subjectId: request.subjectId }),
    [client],
  );

  const write = useCallback(
    async (request: WriteRequest): Promise<Hex | null> => {
      setError(null);
      setSent(null);
      try {
        setStep("checking");
        const account = await connectedAccount();
        setStep("simulating");
        await simulate(config, account, request.call);
        setStep("signing");
        const hash = await sendTransaction(config, { account, to: request.call.to, data: request.call.data });
        setSent({ hash, request });
        setStep("submitted");
        // A server that is away now is told again by the watch below.
        await tell({ hash, request }).catch(() => undefined);
        // A wallet may send the very same transaction once more: what was last heard of it is old then.
        await queryClient.invalidateQueries(trpc.chain.transaction.queryFilter({ hash }));
        return hash;
      } catch (cause) {
        setError(toChainError(cause));
        setStep("failed");
        return null;
      }
    },
    [config, connectedAccount, tell, queryClient, trpc],
  );

  const watch = useQuery(
    trpc.chain.transaction.queryOptions(
      { hash: sent?.hash ?? "0x" },
      {
        enabled: sent !== null,
        refetchInterval: (query) => pollMs(query.state.data?.status),
      },
    ),
  );
  const transaction = sent ? watch.data : undefined;

  const isUnknown = sent !== null && transaction === null;
  useEffect(() => {
    if (!isUnknown || !sent) return;
    tell(sent).catch(() => undefined);
  }, [isUnknown, sent, tell]);

  const callbacks = useRef(settled);
  useEffect(() => {
    callbacks.current = settled;
  });
  const status = transaction?.status;
  const hash = sent?.hash;
  // A quick chain is final before we look a second time: included is told once, whichever is seen first.
  const toldIncluded = useRef<Hex | null>(null);
  useEffect(() => {
    if (!hash || (status !== "included" && status !== "final")) return;
    queryClient.invalidateQueries().then(() => {
      if (toldIncluded.current !== hash) {
        toldIncluded.current = hash;
        callbacks.current.onIncluded?.();
      }
      if (status === "final") callbacks.current.onFinal?.();
    });
  }, [status, hash, queryClient]);

  const problem = transaction ? settledProblem(transaction.status, transaction.problem) : null;
  const isSettled = status === "included" || status === "final";
  const state: WriteState = problem ? "failed" : step === "submitted" && isSettled ? status : step;
  const reset = useCallback(() => {
    setStep("idle");
    setError(null);
    setSent(null);
  }, []);
  const isBusy =
    state === "checking" || state === "simulating" || state === "signing" || state === "submitted";
  const isSpedUp = sent !== null && transaction != null && isOther(transaction.hash, sent.hash);
  const shownHash = transaction?.hash ?? sent?.hash ?? null;
  return { write, reset, state, isBusy, error: problem ?? error, hash: shownHash, isSpedUp };
}

/** Finds a refusal by the contract, and an account without enough for the fee, before the wallet is bothered. */
async function simulate(config: ReturnType<typeof useConfig>, account: Hex, call: { to: Hex; data: Hex }) {
  const chain = getPublicClient(config);
  if (!chain) return;
  await chain.call({ account, to: call.to, data: call.data });
  const [gas, fees, balance] = await Promise.all([
    chain.estimateGas({ account, to: call.to, data: call.data }),
    chain.estimateFeesPerGas(),
    chain.getBalance({ address: account }),
  ]);
  const need = gas * fees.maxFeePerGas;
  if (balance < need) throw noFunds(need, balance);
}
