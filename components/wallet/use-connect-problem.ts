"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { useConfig } from "wagmi";
import { type ShownChainError, toChainError } from "./chain-error";

/**
 * Why the last try to connect in RainbowKit's window failed, in our words; null while there is nothing to say. That
 * window would only keep turning (a refusal within its first 50 ms is forgotten there, and no reason is ever told), so
 * it is closed and the page speaks.
 */
export function useConnectProblem(): { problem: ShownChainError | null; forget: () => void } {
  const cache = useQueryClient().getMutationCache();
  const [chain] = useConfig().chains;
  const [problem, setProblem] = useState<ShownChainError | null>(null);
  useEffect(
    () =>
      cache.subscribe((event) => {
        if (event.type !== "updated" || event.mutation.options.mutationKey?.[0] !== "connect") return;
        if (event.action.type === "pending" || event.action.type === "success") setProblem(null);
        if (event.action.type !== "error") return;
        setProblem(withChain(toChainError(event.action.error), `${chain.name} (number ${chain.id})`));
        closeRainbowKit();
      }),
    [cache, chain],
  );
  const forget = useCallback(() => setProblem(null), []);
  return { problem, forget };
}

/** It offers no other way in from outside than the key. */
const closeRainbowKit = () => document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));

/** Whoever connects may have been asked to change the chain too, and which one only this app knows. */
const withChain = (problem: ShownChainError, chain: string): ShownChainError =>
  problem.code === "REJECTED" || problem.code === "CHAIN_NOT_ADDED"
    ? { ...problem, fix: `${problem.fix} This app's chain is ${chain}.` }
    : problem;
