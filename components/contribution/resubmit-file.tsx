"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Resubmission } from "@/server/contribution/schemas";
import { ErrorCallout } from "../common/error-callout";
import { buttonClass } from "../ui/button";
import { Callout } from "../ui/callout";
import { MendedFileButton } from "./mended-file-button";
import { sendMended } from "./send-mended";
import { rowsText } from "./words";

/** Refused rows that are named one by one; the file still holds the others. */
const MOST_NAMED = 20;

/** Rows that were sent back or rejected, mended all at once in a spreadsheet. */
export function ResubmitFile({ contributionId }: { contributionId: string }) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error, data } = useMutation({
    mutationFn: (file: File) => sendMended<Resubmission>(contributionId, "resubmit", file),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-3">
        <a href={`/api/contributions/${contributionId}/to-mend`} download className={buttonClass({})}>
          Download these rows
        </a>
        <MendedFileButton isBusy={isPending} onFile={mutate} />
      </div>
      <ErrorCallout error={error} />
      {data ? <Result result={data} /> : null}
    </div>
  );
}

function Result({ result: { resubmitted, unchanged, refused } }: { result: Resubmission }) {
  const said = [
    resubmitted > 0 && `${rowsText(resubmitted)} submitted again`,
    unchanged > 0 && `${rowsText(unchanged)} came back as before`,
    refused.length > 0 && `${rowsText(refused.length)} not taken`,
  ].filter(Boolean);
  return (
    <Callout tone={refused.length > 0 ? "warn" : "success"} title={`${said.join(", ")}.`}>
      {refused.length > 0 ? (
        <ul className="grid gap-1">
          {refused.slice(0, MOST_NAMED).map(({ row, message, fix }) => (
            <li key={row}>
              Row {row}: {message} {fix}
            </li>
          ))}
          {refused.length > MOST_NAMED ? <li>And {rowsText(refused.length - MOST_NAMED)} more.</li> : null}
        </ul>
      ) : null}
    </Callout>
  );
}
