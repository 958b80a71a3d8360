"use client";
import { useQuery } from "@tanstack/react-query";
import { HashLink } from "../common/hash-link";
import { useTRPC } from "../trpc/client";
import { Callout } from "../ui/callout";

const WORDS: Record<string, string> = {
  submitted: "Submitted: the network knows the transaction, no block holds it yet.",
  included: "Included: a block holds it. It becomes final in a moment.",
  final: "Final: it can no longer be undone.",
};

/** How far the registration is, for everyone and without any wallet code. */
export function RegistrationStatus({ datanetId }: { datanetId: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.chain.transactionsOf.queryOptions({ subjectId: datanetId }, { refetchInterval: 2_000 }),
  );
  const transaction = data?.find((item) => item.purpose === "datanet.create");
  if (!transaction) return null;
  return (
    <Callout title="The registration is on its way" className="mb-6">
      {WORDS[transaction.status] ?? "It did not go through. Its owner can register again."}{" "}
      <HashLink value={transaction.hash} label="transaction hash" />
    </Callout>
  );
}
