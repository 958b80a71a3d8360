"use client";
import type { QueueMode } from "@/server/review/schemas";
import { EmptyState } from "../common/empty-state";
import { formatCount } from "../common/numbers";
import { rowsText } from "../contribution/words";
import type { RouterOutputs } from "../trpc/client";
import { Button, LinkButton } from "../ui/button";

type Queue = RouterOutputs["review"]["queue"];
type QueueEmptyProps = {
  queue: Queue;
  mode: QueueMode;
  onLook: () => void;
  onMode: (mode: QueueMode) => void;
};

/** Why there is no row to decide on, and what to do instead. */
export function QueueEmpty({ queue, mode, onLook, onMode }: QueueEmptyProps) {
  const { counts, datanet, isValidator, isOwner } = queue;
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
  if (mode === "adjudication") {
    return (
      <EmptyState
        title="No disagreement waits for you"
        body="Where two validators see a row differently, a third one settles it here. What is not free just now is with somebody else."
        action={<Button onClick={() => onMode("triage")}>Back to the queue</Button>}
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
  if (counts.young > 0) {
    return (
      <EmptyState
        title="No other row waits for you just now"
        body="What became of your last decisions shows here once they can no longer be taken back, in a few seconds."
        action={<Button onClick={onLook}>Look again</Button>}
      />
    );
  }
  if (counts.disputed > 0) {
    return (
      <EmptyState
        title={`Two validators disagree on ${rowsText(counts.disputed)}`}
        body="You decided on none of them, so you may settle it: you see both decisions side by side, without names."
        action={<Button onClick={() => onMode("adjudication")}>Settle the disagreements</Button>}
      />
    );
  }
  if (counts.disputedByMe > 0) {
    return (
      <EmptyState
        title={`You and another validator disagree on ${rowsText(counts.disputedByMe)}`}
        body={`A third person settles ${counts.disputedByMe === 1 ? "it" : "them"}: any validator who is neither of you two and did not contribute the rows. ${isOwner ? "If there is none, make another member a validator, on the Datanet's page under Members." : "If there is none, the Datanet's owner can make one."}`}
        action={back}
      />
    );
  }
  if (counts.second > 0) {
    return (
      <EmptyState
        title="Nothing waits for you"
        body={`${rowsText(counts.second)} that you decided on ${counts.second === 1 ? "waits" : "wait"} for a second person.`}
        action={back}
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
