"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { startWaiting, useIsConnectionLost } from "./connection";
import { isConnectionLost } from "./retry";

/** Short hiccups, as a restart of one part, go by unsaid. */
const QUIET_MS = 700;

/** Says on every page that answers are missing and are being waited for; goes away by itself. */
export function ConnectionNotice() {
  useQueriesThatWait();
  const isLost = useIsConnectionLost();
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsShown(isLost), isLost ? QUIET_MS : 0);
    return () => clearTimeout(timer);
  }, [isLost]);
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-4 z-50 flex justify-center px-4">
      {isShown ? (
        <p className="rounded-md border border-warn-mark bg-warn-soft px-4 py-2 text-ink text-sm shadow-lg">
          Connection lost, trying again. Nothing you did is lost.
        </p>
      ) : null}
    </div>
  );
}

/** Questions without an answer count too, from their first failed attempt to their end. */
function useQueriesThatWait() {
  const queryClient = useQueryClient();
  useEffect(() => {
    const cache = queryClient.getQueryCache();
    let stop: (() => void) | null = null;
    const look = () => {
      const isWaiting = cache
        .getAll()
        .some(
          ({ state }) =>
            state.fetchStatus !== "idle" &&
            state.fetchFailureCount > 0 &&
            isConnectionLost(state.fetchFailureReason),
        );
      if (isWaiting) stop ??= startWaiting();
      else {
        stop?.();
        stop = null;
      }
    };
    const unsubscribe = cache.subscribe(look);
    return () => {
      unsubscribe();
      stop?.();
    };
  }, [queryClient]);
}
