"use client";
import { useEffect, useRef, useState } from "react";

const STORED = "modelfactory.review.shortcuts";
const TYPED_INTO =
  "input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog], [role=menu]";

/** Single keys may be switched off: they get in the way of speech input and some screen readers (WCAG 2.1.4). */
export function useShortcutsSwitch(): [boolean, (isOn: boolean) => void] {
  const [isOn, setIsOn] = useState(true);
  // Read after the first paint: the server does not know it.
  useEffect(() => {
    try {
      setIsOn(localStorage.getItem(STORED) !== "off");
    } catch {
      // Storage is forbidden: the keys are on.
    }
  }, []);
  const change = (next: boolean) => {
    setIsOn(next);
    try {
      localStorage.setItem(STORED, next ? "on" : "off");
    } catch {
      // It holds until the page is left.
    }
  };
  return [isOn, change];
}

/** "a" with or without capitals, "shift+a", "?", "Escape": what a key is called here. */
function nameOf({ key, shiftKey }: KeyboardEvent): string {
  if (key.length > 1) return key;
  const lower = key.toLowerCase();
  return shiftKey && lower !== key.toUpperCase() ? `shift+${lower}` : lower;
}

/** Calls the action of a pressed key; keys typed into a field, with a modifier, or held down do nothing. */
export function useShortcuts(isOn: boolean, actions: Record<string, () => void>): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.target instanceof Element && event.target.closest(TYPED_INTO)) return;
      if (document.querySelector("[role=dialog]")) return;
      const action = latest.current[nameOf(event)];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [isOn]);
}
