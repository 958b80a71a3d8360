"use client";
import { useState } from "react";
import { ErrorCallout } from "../common/error-callout";
import { rowsText } from "../contribution/words";
import { Button } from "../ui/button";
import { Callout } from "../ui/callout";
import { Dialog } from "../ui/dialog";
import type { ContributionProgress, ReviewQueue } from "./use-review-queue";

type AcceptRestProps = { review: ReviewQueue; contribution: ContributionProgress };

/** Offered once enough rows of a contribution were read; says what it means before it is done. */
export function AcceptRest({ review, contribution }: AcceptRestProps) {
  const [isAsking, setIsAsking] = useState(false);
  if (!contribution.isRestAcceptable) return null;
  const { id, fileName, read, readRejected, pending } = contribution;
  const verdict =
    readRejected === 0
      ? "none of them was rejected"
      : `${readRejected} of them ${readRejected === 1 ? "was" : "were"} rejected`;
  return (
    <>
      <Callout
        title={`${rowsText(read)} of ${fileName} have been read; ${verdict}`}
        action={
          <Button size="sm" onClick={() => setIsAsking(true)}>
            Accept the rest
          </Button>
        }
      >
        <p>
          You may accept the other {rowsText(pending)} of this file without reading them, or go on reading.
        </p>
      </Callout>
      <Dialog
        title={`Accept ${rowsText(pending)} unread?`}
        description={`Every row of ${fileName} that still waits becomes part of the next version, recorded under your name as “sampled”, not as read. Rows that another validator holds stay with them. This cannot be undone.`}
        open={isAsking}
        onOpenChange={setIsAsking}
      >
        {readRejected > 0 ? (
          <p className="mb-4">
            Of {read} rows read, {readRejected} {readRejected === 1 ? "was" : "were"} rejected: expect about{" "}
            {Math.round((pending * readRejected) / read)} bad rows among the rest.
          </p>
        ) : null}
        <ErrorCallout error={review.acceptRest.error} className="mb-4" />
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => setIsAsking(false)}>Go on reading</Button>
          <Button
            variant="primary"
            isBusy={review.acceptRest.isPending}
            busyLabel="Accepting…"
            onClick={() =>
              review.acceptTheRest(id).then(
                () => setIsAsking(false),
                () => {},
              )
            }
          >
            Accept the rest
          </Button>
        </div>
      </Dialog>
    </>
  );
}
