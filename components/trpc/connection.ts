import { useSyncExternalStore } from "react";

/** How many calls are being tried again right now because no answer came. */
let waiting = 0;
const listeners = new Set<() => void>();

function change(by: 1 | -1): void {
  waiting += by;
  for (const listener of listeners) listener();
}

/** Says that a call is being tried again, until the returned function is called (once or more often). */
export function startWaiting(): () => void {
  let isOver = false;
  change(1);
  return () => {
    if (isOver) return;
    isOver = true;
    change(-1);
  };
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Whether the connection to the app, or the app's to its database, is lost at the moment. */
export const useIsConnectionLost = () =>
  useSyncExternalStore(
    subscribe,
    () => waiting > 0,
    () => false,
  );
