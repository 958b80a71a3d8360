"use client";
import { Link } from "@/components/ui/link";
import { ErrorCallout } from "../common/error-callout";
import { formatBytes, formatSeconds } from "../common/numbers";
import { Button, LinkButton } from "../ui/button";
import { Progress } from "../ui/progress";
import type { UploadItem } from "./use-upload";

type UploadLinesProps = { items: UploadItem[]; onCancel: (key: number) => void };

/** One line a file: how far it is, or what became of it. */
export function UploadLines({ items, onCancel }: UploadLinesProps) {
  if (items.length === 0) return null;
  return (
    <ul aria-label="Files on their way" className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {items.map((item) => (
        <li key={item.key}>
          <UploadLine item={item} onCancel={() => onCancel(item.key)} />
        </li>
      ))}
    </ul>
  );
}

function UploadLine({ item, onCancel }: { item: UploadItem; onCancel: () => void }) {
  if (item.phase === "failed") return <Refused item={item} />;
  if (item.phase === "done")
    return (
      <div className="rounded-lg border border-line px-6 py-4">
        <p className="break-words">
          <span className="font-medium">{item.name}</span> is uploaded.{" "}
          <Link href={`/contributions/${item.contributionId}`} className="link">
            Open it<span className="sr-only"> {item.name}</span>
          </Link>
        </p>
      </div>
    );
  return (
    <div className="grid gap-4 rounded-lg border border-line px-6 py-6">
      <p className="font-medium break-words">{item.name}</p>
      {item.phase === "sending" ? (
        <Progress value={item.sent} max={item.total} label={progressWords(item)} />
      ) : (
        <p className="text-sm text-muted">Waits for the files before it</p>
      )}
      <div>
        <Button size="sm" onClick={onCancel}>
          Cancel<span className="sr-only"> {item.name}</span>
        </Button>
      </div>
    </div>
  );
}

function progressWords(item: Extract<UploadItem, { phase: "sending" }>): string {
  const { sent, total, speed, isCut } = item;
  const amount = `${formatBytes(sent)} of ${formatBytes(total)} sent`;
  if (isCut) return `${amount}. The connection is gone; it goes on by itself`;
  if (sent >= total) return "Everything is sent; it is being stored";
  if (!speed) return amount;
  const left = formatSeconds(Math.ceil(speed.secondsLeft));
  return `${amount}, ${formatBytes(speed.bytesPerSecond)} a second, about ${left} left`;
}

function Refused({ item: { name, error } }: { item: Extract<UploadItem, { phase: "failed" }> }) {
  return (
    <div>
      <p className="mb-1 font-medium break-words">{name}</p>
      <ErrorCallout
        error={error}
        action={
          error.contributionId ? (
            <LinkButton size="sm" href={`/contributions/${error.contributionId}`}>
              Open that contribution
            </LinkButton>
          ) : null
        }
      />
    </div>
  );
}
