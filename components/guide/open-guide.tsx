"use client";
import { useQuery } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { usePathname } from "next/navigation";
import { useSyncExternalStore } from "react";
import { Link } from "@/components/ui/link";
import { useTRPC } from "../trpc/client";
import { Button, LinkButton } from "../ui/button";
import { cn } from "../ui/cn";
import { remembered } from "./remembered";
import { type GuideFacts, type GuideStep, guideSteps, nextStepIndex, VISITOR } from "./steps";

type OpenGuideProps = { facts: GuideFacts | null; onClose: () => void };

/** The five steps, and what to do next. */
export function OpenGuide({ facts, onClose }: OpenGuideProps) {
  const trpc = useTRPC();
  const pathname = usePathname();
  const hasLooked = useSyncExternalStore(remembered.subscribe, remembered.hasLooked, () => false);
  const { data: samples } = useQuery(trpc.sample.list.queryOptions(undefined, { enabled: facts === null }));
  const steps = guideSteps(facts ?? { ...VISITOR, hasLooked, sample: samples?.[0] ?? null });
  const index = nextStepIndex(steps);
  const step = steps[index];
  return (
    <section aria-label="Guide" className="border-b border-line bg-info-soft print:hidden">
      <div className="mx-auto grid w-full max-w-page gap-2 px-4 py-3 sm:px-6">
        <div className="flex items-start justify-between gap-4">
          <p className="font-semibold sm:hidden">
            {step ? `Step ${index + 1} of ${steps.length}: ${step.title}` : "All five steps are done"}
          </p>
          <ol className="hidden flex-wrap gap-x-5 gap-y-1 sm:flex">
            {steps.map((each, i) => (
              <StepTitle key={each.title} step={each} number={i + 1} isNext={i === index} />
            ))}
          </ol>
          <Button
            variant="ghost"
            size="sm"
            aria-label="Put the guide away"
            onClick={onClose}
            className="-my-1 aspect-square px-0"
          >
            <X aria-hidden="true" className="size-4" />
          </Button>
        </div>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <p className="max-w-reading" role="status">
            {step
              ? step.body
              : "You published an adapter, and anyone can check it. Next: train once more without the contributor who helped least, and see what that does."}
          </p>
          {step && pathname !== step.href.split("?")[0] ? (
            <LinkButton href={step.href} size="sm">
              {step.action}
            </LinkButton>
          ) : null}
        </div>
      </div>
    </section>
  );
}

function StepTitle({ step, number, isNext }: { step: GuideStep; number: number; isNext: boolean }) {
  return (
    <li aria-current={isNext ? "step" : undefined} className="flex items-center gap-1.5">
      <span
        aria-hidden="true"
        className={cn(
          "num grid size-5 place-items-center rounded-full border text-xs",
          step.isDone ? "border-good-mark text-good" : isNext ? "border-accent" : "border-edge text-muted",
        )}
      >
        {step.isDone ? <Check className="size-3" /> : number}
      </span>
      {step.isDone ? (
        <Link href={step.href} className="text-muted underline-offset-3 hover:underline">
          {step.title}
          <span className="sr-only"> (done)</span>
        </Link>
      ) : (
        <span className={isNext ? "font-semibold" : "text-muted"}>{step.title}</span>
      )}
    </li>
  );
}
