"use client";
import dynamic from "next/dynamic";
import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { remembered } from "./remembered";
import { useGuide, useMarkGuide } from "./use-guide";

/** Its code comes with the first opening: visitors' pages carry it only when they ask. */
const OpenGuide = dynamic(() => import("./open-guide").then((module) => module.OpenGuide));

/** Five steps from a sample to a published adapter, under the head of every page but the review queue. */
export function GuidePanel() {
  const { facts, isOpen, setOpen } = useGuide();
  const pathname = usePathname();
  useCarryOver();
  if (!isOpen || pathname.endsWith("/review")) return null;
  return <OpenGuide facts={facts} onClose={() => setOpen(false)} />;
}

/** What a visitor looked at before the sign-in counts after it. */
function useCarryOver() {
  const { facts } = useGuide();
  const mark = useMarkGuide();
  const isOwed = facts !== null && !facts.hasLooked;
  useEffect(() => {
    if (isOwed && remembered.hasLooked()) mark("looked");
  }, [isOwed, mark]);
}
