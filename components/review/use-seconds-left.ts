"use client";
import { useEffect, useState } from "react";

/** Whole seconds until `deadline` (milliseconds of this machine's clock), counted down; 0 once it has passed. */
export function useSecondsLeft(deadline: number): number {
  const read = () => Math.max(0, Math.ceil((deadline - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(read);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `read` only closes over the deadline
  useEffect(() => {
    setSeconds(read());
    const timer = setInterval(() => setSeconds(read()), 250);
    return () => clearInterval(timer);
  }, [deadline]);
  return seconds;
}
