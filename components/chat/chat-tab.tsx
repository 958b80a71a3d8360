"use client";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { RouterOutputs } from "../trpc/client";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { Examples } from "./examples";
import { MessageBox } from "./message-box";
import { TurnView } from "./turn-view";
import { useTalk } from "./use-talk";

/** Comes with the first answer: until then nobody can press it. */
const AnswerActions = dynamic(() => import("./answer-actions").then((module) => module.AnswerActions));

export type ChatOptions = RouterOutputs["chat"]["options"];
export type ChatTabProps = { adapterId: string; options: ChatOptions };

const ASK_WORDS: Record<ChatOptions["goal"], string> = {
  label: "A text to sort",
  answer: "Your question",
  fields: "A text to read",
  style: "Your request",
};

/** A talk with the adapter: each message alone, as in training, unless earlier ones are asked to be kept in mind. */
export function ChatTab({ adapterId, options }: ChatTabProps) {
  const { turns, send, stop, clear } = useTalk(adapterId);
  const [message, setMessage] = useState("");
  const [isRemembering, setIsRemembering] = useState(false);
  const last = turns.at(-1);
  const isUnderWay = last?.state === "waiting" || last?.state === "writing";
  const expectedOf = (question: string) =>
    options.examples.find(({ prompt }) => prompt === question)?.expected;
  const ask = (text: string) => {
    if (isUnderWay) return;
    setMessage("");
    send(text, isRemembering ? turns.slice(-10) : []);
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      {turns.length > 0 ? (
        <ul aria-label="Your talk with the adapter" className="divide-y divide-line border-b border-line">
          {turns.map((turn) => (
            <TurnView
              key={turn.id}
              turn={turn}
              expected={expectedOf(turn.question)}
              onRetry={() => ask(turn.question)}
              actions={
                <AnswerActions
                  adapterId={adapterId}
                  options={options}
                  prompt={turn.question}
                  answer={turn.answer}
                  expected={expectedOf(turn.question)}
                />
              }
            />
          ))}
        </ul>
      ) : null}
      <MessageBox
        label={ASK_WORDS[options.goal]}
        send="Send"
        maxLength={options.messageChars}
        value={message}
        onChange={setMessage}
        onSend={ask}
        onStop={isUnderWay ? stop : undefined}
      />
      <Examples examples={options.examples} onChoose={ask} />
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <Checkbox
          label="Keep earlier messages in mind"
          checked={isRemembering}
          onChange={(event) => setIsRemembering(event.target.checked)}
        />
        {turns.length > 0 && !isUnderWay ? (
          <Button size="sm" variant="ghost" onClick={clear}>
            Clear
          </Button>
        ) : null}
      </div>
    </div>
  );
}
