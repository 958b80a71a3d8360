"use client";
import { useState } from "react";
import { ReportAnswer } from "../task/report-answer";
import { Button } from "../ui/button";
import type { ChatOptions } from "./chat-tab";
import { NearestRows } from "./nearest-rows";

type AnswerActionsProps = {
  adapterId: string;
  options: ChatOptions;
  prompt: string;
  answer: string;
  expected?: string[];
};

/** What can be done with an answer: look where it may come from, and say that it is wrong. */
export function AnswerActions({ adapterId, options, prompt, answer, expected }: AnswerActionsProps) {
  const [isNearOpen, setIsNearOpen] = useState(false);
  const [isReportOpen, setIsReportOpen] = useState(false);
  if (options.datanets.length === 0) return null;
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" aria-expanded={isNearOpen} onClick={() => setIsNearOpen(!isNearOpen)}>
          Nearest training rows
        </Button>
        <Button size="sm" aria-expanded={isReportOpen} onClick={() => setIsReportOpen(!isReportOpen)}>
          This answer is wrong
        </Button>
      </div>
      {isNearOpen ? <NearestRows adapterId={adapterId} prompt={prompt} answer={answer} /> : null}
      {isReportOpen ? (
        <ReportAnswer
          adapterId={adapterId}
          options={options}
          prompt={prompt}
          wrongAnswer={answer}
          expected={expected?.[0]}
        />
      ) : null}
    </>
  );
}
