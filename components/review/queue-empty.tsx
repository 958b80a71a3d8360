"use client";
import { EmptyState } from "../common/empty-state";
import { formatCount } from "../common/numbers";
import { rowsText } from "../contribution/words";
import type { RouterOutputs } from "../trpc/client";
import { Button, LinkButton } from "../ui/button";

type Queue = RouterOutputs["review"]["queue"];

/** Why there is no row to decide on, and what to do instead. */
export function QueueEmpty({ queue, onLook }: { queue: Queue; onLook: () => void }) {
  const { counts, datanet, isValidator } = queue;
  const back = <LinkButton href={`/datanets/${datanet.id}`}>Back to the Datanet</LinkButton>;
  if (!isValidator) {
    return (
      <EmptyState
        title="You are not a validator of this Datanet"
        body="Validators decide which rows are good enough to train on. The Datanet's owner grants the role, on its page under Members."
        action={back}
      />
    );
  }
  if (counts.waiting > 0) {
    return (
      <EmptyState
        title="Other validators hold every row that waits"
        body={`${rowsText(counts.waiting)} ${counts.waiting === 1 ? "is" : "are"} being looked at. What is not decided comes back here by itself.`}
        action={<Button onClick={onLook}>Look again</Button>}
      />
    );
  }
  if (counts.own > 0) {
    return (
      <EmptyState
        title="Only rows of your own are waiting"
        body={`Nobody decides on their own rows. Your ${rowsText(counts.own)} ${counts.own === 1 ? "waits" : "wait"} for another validator.`}
        action={back}
      />
    );
  }
  return (
    <EmptyState
      title="Nothing waits for review"
      body={
        counts.decided > 0
          ? `All ${formatCount(counts.decided)} submitted rows are decided; ${formatCount(counts.decidedByMe)} of them by you.`
          : "When somebody submits a contribution, its rows come here one by one."
      }
      action={back}
    />
  );
}
