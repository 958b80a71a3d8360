"use client";
import { useSyncExternalStore } from "react";

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
  return [hash || fallback, openTab];
}

/** Replaces the address, so that Back leaves the page and does not walk through tabs. */
export function openTab(tab: string): void {
  window.history.replaceState(window.history.state, "", `#${tab}`);
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}
