"use client";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useState } from "react";
import { cn } from "./cn";

export type DialogProps = {
  title: string;
  description?: ReactNode;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  className?: string;
  children: ReactNode;
};

/** How long what the window changed may take to remove what opened it. */
const SETTLED_MS = 5_000;

/** Back to what opened the window; where that is gone, or goes now (a row that was submitted), to the content's start. */
function giveFocusBack(opener: Element | null) {
  const focusMain = () => document.getElementById("main")?.focus({ preventScroll: true });
  if (!(opener instanceof HTMLElement) || opener === document.body) return focusMain();
  opener.focus();
  if (document.activeElement !== opener) return focusMain();
  const observer = new MutationObserver(() => {
    if (opener.isConnected) return;
    observer.disconnect();
    if (document.activeElement === document.body) focusMain();
  });
  observer.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), SETTLED_MS);
}

/** The window itself; use `Dialog`, which loads it when it is first opened. */
export function DialogWindow({ title, description, open, onOpenChange, className, children }: DialogProps) {
  // Radix gives the focus back to its own Trigger only, and our windows have none.
  const [opener] = useState(() => document.activeElement);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            giveFocusBack(opener);
          }}
          className={cn(
            "fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-32px)] w-[calc(100vw-32px)] max-w-lg -translate-x-1/2 -translate-y-1/2",
            "overflow-y-auto rounded-lg border border-line bg-surface p-5 text-ink shadow-float",
            className,
          )}
        >
          <div className="flex items-start justify-between gap-4">
            <Radix.Title className="text-lg">{title}</Radix.Title>
            <Radix.Close
              aria-label="Close"
              className="-m-1 rounded-md p-1.5 text-muted hover:bg-sunken hover:text-ink"
            >
              <X aria-hidden="true" className="size-4" />
            </Radix.Close>
          </div>
          {description ? (
            <Radix.Description className="mt-1 text-muted">{description}</Radix.Description>
          ) : null}
          <div className="mt-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
