import type { ReactNode } from "react";
import { Button } from "../ui/button";
import { Callout } from "../ui/callout";
import { shownError } from "./shown-error";

type ErrorCalloutProps = { error: unknown; onRetry?: () => void; action?: ReactNode; className?: string };

/** What happened, what to do, and the id to quote; takes a tRPC client error, a PublicError or anything thrown. */
export function ErrorCallout({ error, onRetry, action, className }: ErrorCalloutProps) {
  if (!error) return null;
  const shown = shownError(error);
  const buttons =
    onRetry || action ? (
      <>
        {action}
        {onRetry ? (
          <Button size="sm" onClick={onRetry}>
            Try again
          </Button>
        ) : null}
      </>
    ) : null;
  return (
    <Callout tone="error" title={shown.message} action={buttons} className={className}>
      {shown.fix ? <p>{shown.fix}</p> : null}
      {shown.requestId ? (
        <p className="mt-1 text-xs text-muted">
          Request id <code className="font-mono">{shown.requestId}</code>
        </p>
      ) : null}
    </Callout>
  );
}
