import { GOALS, type Goal } from "@/db/schema/datanet.constants";
import { cn } from "../ui/cn";
import { GOAL_WORDS } from "./words";

type GoalCardsProps = { value: Goal | ""; onChange: (goal: Goal) => void; error?: string };

export function GoalCards({ value, onChange, error }: GoalCardsProps) {
  return (
    <fieldset>
      <legend className="mb-2 font-medium">What should it do?</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        {GOALS.map((goal) => {
          const words = GOAL_WORDS[goal];
          return (
            <label
              key={goal}
              className={cn(
                "grid cursor-pointer grid-cols-[16px_1fr] gap-x-3 rounded-md border border-edge bg-surface p-4 hover:bg-sunken",
                "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
                value === goal && "border-accent ring-1 ring-accent",
              )}
            >
              <input
                type="radio"
                name="goal"
                value={goal}
                checked={value === goal}
                onChange={() => onChange(goal)}
                aria-invalid={error ? true : undefined}
                aria-describedby={`goal-${goal}`}
                className="mt-0.5 size-4 accent-accent outline-none"
              />
              <span className="font-medium">{words.name}</span>
              <span id={`goal-${goal}`} className="col-start-2 mt-1 text-sm text-muted">
                <span className="block">{words.body}</span>
                <span className="mt-2 block text-ink">
                  {words.example[0]} <span aria-hidden="true">→</span>
                  <span className="sr-only">becomes</span> <b className="font-medium">{words.example[1]}</b>
                </span>
                <span className="mt-2 block">{words.metric}</span>
              </span>
            </label>
          );
        })}
      </div>
      {error ? (
        <p role="alert" className="mt-1.5 text-sm text-bad">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}
