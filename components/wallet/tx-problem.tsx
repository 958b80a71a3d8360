import { ErrorCallout } from "../common/error-callout";
import { HashLink } from "../common/hash-link";
import { settledProblem } from "./chain-error";

/** A transaction that ended without doing anything. */
export function TxProblem({
  status,
  problem,
  hash,
}: {
  status: string;
  problem: string | null;
  hash: string;
}) {
  return (
    <ErrorCallout
      error={settledProblem(status, problem)}
      action={<HashLink value={hash} label="transaction hash" />}
    />
  );
}
