"use client";
import dynamic from "next/dynamic";
import { meaningSentence } from "@/server/embedding/words";
import { WhenNear } from "../common/when-near";
import { Skeleton } from "../ui/skeleton";
import type { Contribution } from "./contribution-screen";

const TopicMap = dynamic(() => import("../datanet/topic-map").then((module) => module.TopicMap), {
  loading: () => <Skeleton className="h-96" />,
});

/** After it was submitted: what of it asks something new by meaning, and where its rows lie among the others. */
export function MeaningSection({ contribution }: { contribution: Contribution }) {
  const { embedding, id, datanetId } = contribution;
  if (!embedding) return null;
  return (
    <section>
      <h2>New by meaning</h2>
      <p className="mt-1 mb-6 max-w-reading text-muted">{meaningSentence(embedding)}</p>
      <WhenNear className="h-96">
        <TopicMap datanetId={datanetId} contributionId={id} />
      </WhenNear>
    </section>
  );
}
