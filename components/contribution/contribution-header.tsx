"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Link } from "@/components/ui/link";
import { personName } from "../account/person";
import { ErrorCallout } from "../common/error-callout";
import { formatBytes } from "../common/numbers";
import { PageHeader } from "../common/page-header";
import { useTRPC } from "../trpc/client";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Menu } from "../ui/menu";
import type { Contribution } from "./contribution-screen";
import { isAnswerable, rowsText, usableRows } from "./words";

/** One sentence of state. */
export function stateSentence(contribution: Contribution): string {
  const { status, rows, review, licence } = contribution;
  const by = contribution.isMine
    ? ""
    : `From ${personName({ name: contribution.contributorName, address: contribution.contributorAddress })}. `;
  const size = formatBytes(contribution.fileBytes);
  switch (status) {
    case "uploaded":
    case "parsing":
      return `${size}, being read. You may leave this page; the reading goes on.`;
    case "failed":
      return isAnswerable(contribution.problem?.code)
        ? `${size}. One answer from you, and the file is read again.`
        : `${size}. The file was refused; nothing of it is in the Datanet.`;
    case "ready":
      return usableRows(rows) > 0
        ? `${size}, read. See what was found, mend what you like, then submit the rows.`
        : `${size}, read. No row could be kept; the reasons are below.`;
    case "submitted":
      return `${by}${rowsText(usableRows(rows))} under ${licence}: ${review.pending} waiting for review, ${review.accepted} accepted, ${review.rejected} rejected${sentBackText(review.sentBack)}.`;
    case "reviewed":
      return `${by}${rowsText(usableRows(rows))} under ${licence}, reviewed: ${review.accepted} accepted, ${review.rejected} rejected${sentBackText(review.sentBack)}.`;
  }
}

export function ContributionHeader({ contribution }: { contribution: Contribution }) {
  const [isDiscarding, setIsDiscarding] = useState(false);
  const router = useRouter();
  const { datanetId, datanetName, isMine, status } = contribution;
  const isDiscardable = isMine && status !== "submitted" && status !== "reviewed";
  return (
    <>
      <PageHeader
        noun={
          <Link href={`/datanets/${datanetId}`} className="link">
            {datanetName}
          </Link>
        }
        title={contribution.fileName}
        sentence={stateSentence(contribution)}
        menu={
          isMine ? (
            <Menu
              label="More actions"
              items={[
                {
                  label: "Upload another file",
                  onSelect: () => router.push(`/datanets/${datanetId}/contribute`),
                },
                ...(isDiscardable
                  ? [
                      {
                        label: "Discard this file",
                        tone: "danger" as const,
                        isSeparated: true,
                        onSelect: () => setIsDiscarding(true),
                      },
                    ]
                  : []),
              ]}
            />
          ) : null
        }
      />
      <DiscardDialog contribution={contribution} open={isDiscarding} onOpenChange={setIsDiscarding} />
    </>
  );
}

type DiscardDialogProps = {
  contribution: Contribution;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

function DiscardDialog({ contribution, open, onOpenChange }: DiscardDialogProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const discard = useMutation(
    trpc.contribution.discard.mutationOptions({
      onSuccess: ({ datanetId }) => {
        router.push(`/datanets/${datanetId}/contribute`);
        queryClient.removeQueries(trpc.contribution.get.queryFilter({ contributionId: contribution.id }));
        queryClient.invalidateQueries(trpc.contribution.listForDatanet.queryFilter({ datanetId }));
      },
    }),
  );
  return (
    <Dialog
      title="Discard this file?"
      description="Its rows and the list of problems are deleted. Nothing of it has been submitted. This cannot be undone."
      open={open}
      onOpenChange={onOpenChange}
    >
      <ErrorCallout error={discard.error} className="mb-4" />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => onOpenChange(false)}>Keep it</Button>
        <Button
          variant="danger"
          isBusy={discard.isPending}
          busyLabel="Discarding…"
          onClick={() => discard.mutate({ contributionId: contribution.id })}
        >
          Discard
        </Button>
      </div>
    </Dialog>
  );
}

const sentBackText = (rows: number) => (rows > 0 ? `, ${rows} sent back` : "");
