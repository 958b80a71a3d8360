"use client";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../trpc/client";
import { LinkButton } from "../ui/button";

/** The first thing to do here: a finished result where there is a sample, else the catalogue. */
export function SampleStart() {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.sample.list.queryOptions());
  const sample = data?.[0];
  return sample ? (
    <LinkButton href={`/runs/${sample.runId}`} variant="primary">
      Look at a finished sample
    </LinkButton>
  ) : (
    <LinkButton href="/datanets" variant="primary">
      See the Datanets
    </LinkButton>
  );
}
