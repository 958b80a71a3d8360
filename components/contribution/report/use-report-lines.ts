"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTRPC } from "../../trpc/client";
import type { Contribution } from "../contribution-screen";
import { reportLines } from "./report-lines";

/** The kinds of findings of one's own file; null until they are there. While it is read again those of before stay. */
export function useReportLines({ id: contributionId }: Pick<Contribution, "id">, isStale: boolean) {
  const trpc = useTRPC();
  const found = useQuery(
    trpc.contribution.findings.queryOptions({ contributionId, limit: 1 }, { enabled: !isStale }),
  );
  const setAside = useQuery(
    trpc.contribution.problems.queryOptions({ contributionId, limit: 1 }, { enabled: !isStale }),
  );
  const [counts, aside] = [found.data?.byCode, setAside.data?.byCode];
  const lines = useMemo(() => (counts && aside ? reportLines(counts, aside) : null), [counts, aside]);
  const refetch = () => {
    found.refetch();
    setAside.refetch();
  };
  return { lines, error: found.error ?? setAside.error, refetch };
}
