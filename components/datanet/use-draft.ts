"use client";
import { useCallback, useEffect, useState } from "react";

/**
 * A form's values, kept in this browser until they are saved for good: they survive a reload, a sign-in and a
 * rejected signature. A stored draft of another shape is laid over the empty one, so a missing field stays empty.
 */
export function useDraft<T extends object>(
  key: string,
  empty: T,
): [T, (change: Partial<T>) => void, () => void] {
  const [draft, setDraft] = useState(empty);
  // Read after the first paint: the server does not know it.
  useEffect(() => {
    try {
      const stored = localStorage.getItem(key);
      if (stored) setDraft((current) => ({ ...current, ...(JSON.parse(stored) as Partial<T>) }));
    } catch {
      // Storage is forbidden or its text is damaged: the form starts empty.
    }
  }, [key]);

  const change = useCallback(
    (part: Partial<T>) =>
      setDraft((current) => {
        const next = { ...current, ...part };
        try {
          localStorage.setItem(key, JSON.stringify(next));
        } catch {
          // Storage is forbidden or full: the form works, without a memory.
        }
        return next;
      }),
    [key],
  );
  const clear = useCallback(() => {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was stored then.
    }
  }, [key]);
  return [draft, change, clear];
}
