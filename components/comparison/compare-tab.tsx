"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useSignInHref } from "@/components/account/use-sign-in-href";
import type { BlindVote } from "@/server/comparison/schemas";
import { AnswerActions } from "../chat/answer-actions";
import type { ChatTabProps } from "../chat/chat-tab";
import { Examples } from "../chat/examples";
import { MessageBox } from "../chat/message-box";
import { Waiting } from "../chat/turn-view";
import { ErrorCallout } from "../common/error-callout";
import { useTRPC } from "../trpc/client";
import { useAccount } from "../trpc/use-account";
import { Button, LinkButton } from "../ui/button";
import { tallyWords } from "./tally-words";
import { type Comparing, useComparison } from "./use-comparison";

/** One question, two answers in an order that nobody knows, a vote, and then whose was whose. */
export function CompareTab({ adapterId, options }: ChatTabProps) {
  const trpc = useTRPC();
  const { account } = useAccount();
  const signInHref = useSignInHref();
  const { comparing, start, stop } = useComparison(adapterId);
  const [message, setMessage] = useState("");
  const tally = useQuery(trpc.comparison.tally.queryOptions({ adapterId }));
  const isUnderWay = comparing?.state === "waiting" || comparing?.state === "writing";
  const ask = (text: string) => {
    if (isUnderWay) return;
    setMessage("");
    start(text);
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <p className="max-w-reading text-muted">
        The adapter and its base model alone answer the same question, told the same first. You vote before
        you learn which is which. Your question, both answers and your vote are stored, one vote a question.
      </p>
      {comparing ? (
        <Pair
          key={comparing.prompt}
          comparing={comparing}
          adapterId={adapterId}
          options={options}
          onRetry={ask}
        />
      ) : null}
      {account ? (
        <>
          <MessageBox
            label="One question for both"
            send="Ask both"
            maxLength={options.messageChars}
            value={message}
            onChange={setMessage}
            onSend={ask}
            onStop={isUnderWay ? stop : undefined}
          />
          <Examples examples={options.examples} onChoose={ask} />
        </>
      ) : (
        <div className="flex flex-wrap items-center gap-3">
          <p>Votes count once a person, so comparing needs you to be signed in.</p>
          <LinkButton size="sm" href={signInHref}>
            Sign in
          </LinkButton>
        </div>
      )}
      {tally.data ? <p className="num border-t border-line pt-3">{tallyWords(tally.data)}</p> : null}
    </div>
  );
}

const CHOICES: { vote: BlindVote; label: string }[] = [
  { vote: "a", label: "A is better" },
  { vote: "b", label: "B is better" },
  { vote: "both_good", label: "Both are good" },
  { vote: "both_bad", label: "Both are bad" },
];

type PairProps = ChatTabProps & { comparing: Comparing; onRetry: (prompt: string) => void };

function Pair({ comparing, adapterId, options, onRetry }: PairProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { prompt, comparisonId, answers, state, error } = comparing;
  const decide = useMutation(
    trpc.comparison.decide.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.comparison.tally.queryFilter({ adapterId })),
    }),
  );
  const tuned = decide.data?.tunedSide ?? null;
  if (state === "failed") return <ErrorCallout error={error} onRetry={() => onRetry(prompt)} />;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <p className="max-w-reading font-medium break-words whitespace-pre-wrap">{prompt}</p>
      <div aria-live="polite" aria-busy={state !== "done"} className="grid gap-4 md:grid-cols-2">
        {(["a", "b"] as const).map((side) => (
          <section
            key={side}
            aria-label={`Answer ${side.toUpperCase()}`}
            className="min-w-0 border-l-2 border-line pl-4"
          >
            <h3 className="text-sm text-muted">
              {side.toUpperCase()}
              {tuned ? (tuned === side ? ": the adapter" : ": the base model alone") : null}
            </h3>
            <p className="mt-1 text-lg break-words whitespace-pre-wrap">{answers[side]}</p>
            {state === "done" && answers[side] === "" ? (
              <p className="text-muted">(It answered with nothing.)</p>
            ) : null}
          </section>
        ))}
      </div>
      {state === "waiting" || (state === "writing" && !answers.a && !answers.b) ? <Waiting /> : null}
      {state === "stopped" ? (
        <p className="text-sm text-muted">Stopped by you; there is nothing to vote on.</p>
      ) : null}
      {state === "done" && answers.a === answers.b ? (
        <p className="text-sm text-muted">The two answers are the same, word for word.</p>
      ) : null}
      {state === "done" && !tuned && comparisonId ? (
        <fieldset className="flex flex-wrap gap-2">
          <legend className="sr-only">Your vote</legend>
          {CHOICES.map(({ vote, label }) => (
            <Button
              key={vote}
              disabled={decide.isPending}
              onClick={() => decide.mutate({ comparisonId, vote })}
            >
              {label}
            </Button>
          ))}
        </fieldset>
      ) : null}
      <ErrorCallout error={decide.error} />
      {tuned ? (
        <>
          <p role="status">{voteWords(decide.data!.vote)}</p>
          <AnswerActions
            adapterId={adapterId}
            options={options}
            prompt={prompt}
            answer={answers[tuned]}
            expected={options.examples.find((example) => example.prompt === prompt)?.expected}
          />
        </>
      ) : null}
    </div>
  );
}

function voteWords(vote: "tuned" | "base" | "both_good" | "both_bad"): string {
  if (vote === "tuned") return "You preferred the adapter.";
  if (vote === "base") return "You preferred the base model alone.";
  return vote === "both_good" ? "You found both answers good." : "You found both answers bad.";
}
