"use client";
import { useEffect } from "react";
import { doEarlyPresses } from "./early-presses";

/** Stands in every page: its first effect is when the page is at work. */
export function DoEarlyPresses() {
  useEffect(() => {
    doEarlyPresses();
  }, []);
  return null;
}
