"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { formatCount } from "../common/numbers";
import { useTRPC } from "../trpc/client";
import { Button } from "../ui/button";

const SignSitting = dynamic(() => import("./sign-sitting").then((module) => module.SignSittingWithWallet));

const POLL_MS = 15_000;

/**
 * Decisions that bear no signature yet, offered in one line: at the end of the queue and on the Datanet's Review tab,
 * where "Finish and sign" leads. Who has none sees nothing.
 */
export function SignOffer({ datanetId }: { datanetId: string }) {
  const trpc = useTRPC();
  const [isOpen, setIsOpen] = useState(false);
  const { data } = useQuery(
    trpc.review.unsigned.queryOptions({ datanetId }, { refetchInterval: POLL_MS, refetchOnMount: "always" }),
  );
  if (!data || data.unsigned === 0) return null;
  if (isOpen) return <SignSitting datanetId={datanetId} unsigned={data.unsigned} />;
  return (
    <p className="flex flex-wrap items-center gap-3 text-sm text-muted">
      <span>
        {formatCount(data.unsigned)} of your decisions {data.unsigned === 1 ? "is" : "are"} not signed yet.
      </span>
      <Button size="sm" onClick={() => setIsOpen(true)}>
        {data.unsigned === 1 ? "Sign your decision" : `Sign your ${formatCount(data.unsigned)} decisions`}
      </Button>
    </p>
  );
}
