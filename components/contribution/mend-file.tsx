"use client";
import { useMutation } from "@tanstack/react-query";
import { ErrorCallout } from "../common/error-callout";
import { MendedFileButton } from "./mended-file-button";
import { sendMended } from "./send-mended";

type MendFileProps = { contributionId: string; isStale: boolean; onReading: () => Promise<void> };

/** Takes the mended bad rows back: they replace those of the contribution, which is then read anew. */
export function MendFile({ contributionId, isStale, onReading }: MendFileProps) {
  const { mutate, isPending, error } = useMutation({
    mutationFn: (file: File) => sendMended<object>(contributionId, "mend", file),
    onSuccess: onReading,
  });
  return (
    <>
      <MendedFileButton isBusy={isPending} disabled={isStale} onFile={mutate} />
      <ErrorCallout error={error} className="w-full" />
    </>
  );
}
