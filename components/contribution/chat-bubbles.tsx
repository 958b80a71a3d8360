import type { Goal } from "@/db/schema/datanet.constants";
import { GOAL_WORDS } from "../datanet/words";
import type { RouterOutputs } from "../trpc/client";
import { cn } from "../ui/cn";
import { AnswerText } from "./fields-table";
import { promptTurns } from "./turns";
import { VisibleText } from "./visible-text";

export type PreviewRow = RouterOutputs["contribution"]["preview"]["rows"][number];
type Rendered = NonNullable<PreviewRow["rendered"]>;

type ChatBubblesProps = { row: PreviewRow; goal: Goal; isTemplateShown: boolean };

/** One example as a talk: the instruction, what is asked, and on the right what is learned. */
export function ChatBubbles({ row, goal, isTemplateShown }: ChatBubblesProps) {
  const { rendered } = row;
  if (rendered && isTemplateShown) return <WithTemplate rendered={rendered} />;
  const said = (role: string) => rendered?.segments.find((segment) => segment.role === role)?.text;
  const system = said("system") ?? row.system;
  const question = said("user") ?? row.prompt;
  const { asked, learned } = GOAL_WORDS[goal];
  return (
    <div className="grid min-w-0 gap-2">
      {system ? (
        <p className="max-w-reading text-sm text-muted">
          <VisibleText text={system} />
        </p>
      ) : null}
      <Asked asked={asked} question={question}>
        {rendered ? <CutOff whole={row.prompt} kept={question} /> : null}
      </Asked>
      <Bubble who={learned} isLearned>
        <AnswerText goal={goal} text={said("assistant") ?? row.answer} />
      </Bubble>
      {rendered ? <LengthNote rendered={rendered} /> : null}
    </div>
  );
}

/** What is asked: the turns of a chat one by one, as the prompt names them; `children` stands under the last. */
function Asked({
  asked,
  question,
  children,
}: {
  asked: string;
  question: string;
  children: React.ReactNode;
}) {
  const turns = promptTurns(question) ?? [{ who: asked, text: question }];
  return turns.map(({ who, text }, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the turns of one text never change places
    <Bubble key={i} who={who}>
      <VisibleText text={text} />
      {i === turns.length - 1 ? children : null}
    </Bubble>
  ));
}

type BubbleProps = { who: string; isLearned?: boolean; children: React.ReactNode };

export function Bubble({ who, isLearned, children }: BubbleProps) {
  return (
    <div
      className={cn(
        "w-fit max-w-[85%] min-w-0 rounded-lg border px-3.5 py-2",
        isLearned ? "justify-self-end border-info-mark bg-info-soft" : "border-line bg-surface",
      )}
    >
      <p className="text-xs text-muted">{isLearned ? `${who}, learned` : who}</p>
      {children}
    </div>
  );
}

/** The end of a question that does not fit, struck out. */
function CutOff({ whole, kept }: { whole: string; kept: string }) {
  const text = whole.trim();
  if (text.length <= kept.length || !text.startsWith(kept)) return null;
  return (
    <s className="text-muted">
      <span className="sr-only">Cut off: </span>
      <VisibleText text={text.slice(kept.length)} />
    </s>
  );
}

function LengthNote({ rendered }: { rendered: Rendered }) {
  const { tokens, answerTokens, truncated } = rendered;
  if (answerTokens === 0) {
    return (
      <p className="text-sm text-warn">
        The answer is too long for the model: this row is left out of training.
      </p>
    );
  }
  const text = `${tokens} tokens, ${answerTokens} of them learned`;
  return <p className="num text-xs text-muted">{truncated ? `${text}; the question is cut to fit` : text}</p>;
}

/** Every character that the model is given, in order; what it learns is marked. */
function WithTemplate({ rendered }: { rendered: Rendered }) {
  return (
    <p className="min-w-0 rounded-md border border-line bg-surface p-3 font-mono text-sm break-words whitespace-pre-wrap [font-variant-ligatures:none]">
      {rendered.segments.map((segment, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never change places
          key={index}
          className={cn(
            segment.role === "template" && "text-muted",
            segment.trained && "rounded-sm bg-info-soft outline-1 outline-info-mark",
          )}
        >
          <VisibleText text={segment.text} />
        </span>
      ))}
    </p>
  );
}
