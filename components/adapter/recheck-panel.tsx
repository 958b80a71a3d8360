"use client";
import { useMutation } from "@tanstack/react-query";
import { ErrorCallout } from "@/components/common/error-callout";
import { HashLink } from "@/components/common/hash-link";
import { StatusBadge } from "@/components/common/status-badge";
import { useMarkGuide } from "@/components/guide/use-guide";
import { useTRPC } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Table, Td, Th } from "@/components/ui/table";

/** Recomputes every hash of the record from the files and compares it with the chain, for anyone who presses. */
export function RecheckPanel({ adapterId, isBuilder }: { adapterId: string; isBuilder: boolean }) {
  const trpc = useTRPC();
  const mark = useMarkGuide();
  const recheck = useMutation(
    trpc.adapter.recheck.mutationOptions({
      // The guide's last step is one's own adapter; a look at another is no end of it.
      onSuccess: () => (isBuilder ? mark("checked") : undefined),
    }),
  );
  const lines = recheck.data?.lines;
  const different = lines?.filter((line) => !line.equal).length ?? 0;
  return (
    <section className="mt-8">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 className="text-lg">Re-check</h2>
          <p className="text-muted">
            Hashes every file again, now, and compares with the chain. Anyone may do this.
          </p>
        </div>
        <Button onClick={() => recheck.mutate({ adapterId })} isBusy={recheck.isPending} busyLabel="Hashing…">
          Re-check
        </Button>
      </div>
      {recheck.error ? <ErrorCallout className="mt-3" error={recheck.error} /> : null}
      {lines ? (
        <>
          <Callout className="mt-3" tone={different === 0 ? "success" : "error"}>
            {different === 0
              ? `All ${lines.length} values are the same as on the chain.`
              : `${different} of ${lines.length} values differ from the chain. Do not trust these files.`}
          </Callout>
          <div className="mt-3">
            <Table caption="Re-check, line by line">
              <thead>
                <tr>
                  <Th>What</Th>
                  <Th>Computed from</Th>
                  <Th>Now</Th>
                  <Th>On the chain</Th>
                  <Th>Result</Th>
                </tr>
              </thead>
              <tbody>
                {lines.map((line) => (
                  <tr key={line.name}>
                    <Td>{line.name}</Td>
                    <Td className="text-muted">{line.from}</Td>
                    <Td>{shown(line.computed)}</Td>
                    <Td>{shown(line.onChain)}</Td>
                    <Td>
                      <StatusBadge
                        tone={line.equal ? "good" : "bad"}
                        label={line.equal ? "Equal" : "Different"}
                      />
                    </Td>
                  </tr>
                ))}
              </tbody>
            </Table>
          </div>
        </>
      ) : null}
    </section>
  );
}

const shown = (value: string) => (/^[0-9a-f]{64}$/.test(value) ? <HashLink value={value} /> : value);
