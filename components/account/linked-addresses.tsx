"use client";
import { useQuery } from "@tanstack/react-query";
import { ErrorCallout } from "../common/error-callout";
import { HashLink } from "../common/hash-link";
import { useTRPC } from "../trpc/client";
import { Button } from "../ui/button";
import { ChainErrorCallout } from "../wallet/chain-error-callout";
import { useLinkAddress } from "../wallet/use-link-address";

/** Other addresses of the same person: none of them reviews what another of them gave. */
export function LinkedAddresses({ address }: { address: string }) {
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.account.linked.queryOptions());
  const { link, isBusy, error: problem } = useLinkAddress(address);
  return (
    <section aria-labelledby="linked" className="grid max-w-120 gap-4">
      <div>
        <h2 id="linked" className="text-lg">
          Linked addresses
        </h2>
        <p className="mt-1 text-muted">
          If you use more than one address, link them: then nobody can say that you reviewed your own rows.
          Your other address signs one sentence, which costs nothing. A link cannot be taken back.
        </p>
      </div>
      <ErrorCallout error={error} onRetry={refetch} />
      {data && data.length > 0 ? (
        <ul className="grid gap-1">
          {data.map((each) => (
            <li key={each.accountId} className="flex flex-wrap items-baseline gap-2">
              <HashLink value={each.address} label="address" />
              {each.name ? <span className="text-muted">{each.name}</span> : null}
            </li>
          ))}
        </ul>
      ) : null}
      {data?.length === 0 ? <p>No other address is linked.</p> : null}
      <ChainErrorCallout error={problem} />
      <div>
        <Button isBusy={isBusy} busyLabel="Waiting for your wallet…" onClick={() => void link()}>
          Link the address that my wallet is on
        </Button>
      </div>
    </section>
  );
}
