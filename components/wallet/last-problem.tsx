"use client";
import { useQuery } from "@tanstack/react-query";
import type { TransactionPurpose } from "@/db/schema/chain.constants";
import { useTRPC } from "../trpc/client";
import { settledProblem } from "./chain-error";
import { TxProblem } from "./tx-problem";

/** For someone who comes back: why the last transaction for this did nothing. Silent when it went well or none was sent. */
export function LastProblem({ subjectId, purpose }: { subjectId: string; purpose: TransactionPurpose }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.chain.transactionsOf.queryOptions({ subjectId }));
  const last = data?.find((transaction) => transaction.purpose === purpose);
  if (!last || !settledProblem(last.status, last.problem)) return null;
  return <TxProblem status={last.status} problem={last.problem} hash={last.hash} />;
}
