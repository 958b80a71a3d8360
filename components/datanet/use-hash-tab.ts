"use client";
import { useCallback, useSyncExternalStore } from "react";

const subscribe = (onChange: () => void) => {
  window.addEventListener("hashchange", onChange);
  return () => window.removeEventListener("hashchange", onChange);
};

/** The open tab lives in the address (#versions), so that it can be linked and survives a reload. */
export function useHashTab(fallback: string): [string, (tab: string) => void] {
  const hash = useSyncExternalStore(
    subscribe,
    () => window.location.hash.slice(1),
    () => "",
  );
  const set = useCallback((tab: string) => {
    window.history.replaceState(window.history.state, "", `#${tab}`);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  }, []);
  return [hash || fallback, set];
}
