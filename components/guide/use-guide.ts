"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import type { GuideMark } from "@/server/guide/schemas";
import { useTRPC } from "../trpc/client";
import { remembered } from "./remembered";

const POLL_MS = 5_000;

/** The guide of whoever looks: an account's is on the server, a visitor's openness in this tab. */
export function useGuide() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const isOpenHere = useSyncExternalStore(remembered.subscribe, remembered.isOpen, () => false);
  const { data } = useQuery(
    trpc.guide.get.queryOptions(undefined, {
      refetchInterval: ({ state }) => (state.data && !state.data.isClosed ? POLL_MS : false),
    }),
  );
  const close = useMutation(
    trpc.guide.close.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.guide.get.queryFilter()),
    }),
  );
  const facts = data && !data.isClosed ? data : null;
  const isOpen = data ? !data.isClosed : isOpenHere;
  const setOpen = (open: boolean) => (data ? close.mutate({ isClosed: !open }) : remembered.setOpen(open));
  /** Until it is known whose guide this is, a press could only be remembered in the wrong place. */
  const isKnown = data !== undefined;
  return { facts, isOpen, isKnown, setOpen };
}

/** Notes a step that leaves no other trace; a visitor's look at a sample is remembered until they sign in. */
export function useMarkGuide() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { data } = useQuery(trpc.guide.get.queryOptions());
  const { mutate } = useMutation(
    trpc.guide.mark.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.guide.get.queryFilter()),
    }),
  );
  const isKnown = data !== undefined;
  const isVisitor = data === null;
  const isClosed = data?.isClosed ?? false;
  const done = data && !data.isClosed ? data : null;
  const { hasLooked = false, hasRead = false, hasChecked = false } = done ?? {};
  return useCallback(
    (mark: GuideMark) => {
      if (!isKnown || isClosed) return;
      if (isVisitor) {
        if (mark === "looked") remembered.setLooked();
      } else if (!{ looked: hasLooked, read: hasRead, checked: hasChecked }[mark]) mutate({ mark });
    },
    [isKnown, isVisitor, isClosed, hasLooked, hasRead, hasChecked, mutate],
  );
}
