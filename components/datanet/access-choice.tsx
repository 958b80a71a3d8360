import { useId } from "react";
import { ACCESS_RULES, type AccessRule } from "@/db/schema/datanet.constants";
import { cn } from "../ui/cn";

type AccessChoiceProps = {
  legend: string;
  /** A name and a sentence for each. */
  words: Record<AccessRule, { name: string; body: string }>;
  value: AccessRule;
  onChange: (value: AccessRule) => void;
  isDisabled?: boolean;
};

/** Everyone, or only who is invited. */
export function AccessChoice({ legend, words, value, onChange, isDisabled }: AccessChoiceProps) {
  const id = useId();
  return (
    <fieldset disabled={isDisabled}>
      <legend className="mb-2 font-medium">{legend}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        {ACCESS_RULES.map((rule) => (
          <label
            key={rule}
            className={cn(
              "grid cursor-pointer grid-cols-[16px_1fr] gap-x-3 rounded-md border border-edge bg-surface p-4 hover:bg-sunken",
              "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
              "has-disabled:cursor-default has-disabled:hover:bg-surface",
              value === rule && "border-accent ring-1 ring-accent",
            )}
          >
            <input
              type="radio"
              name={id}
              value={rule}
              checked={value === rule}
              onChange={() => onChange(rule)}
              aria-describedby={`${id}-${rule}`}
              className="mt-0.5 size-4 accent-accent outline-none"
            />
            <span className="font-medium">{words[rule].name}</span>
            <span id={`${id}-${rule}`} className="col-start-2 mt-1 text-sm text-muted">
              {words[rule].body}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export const READ_WORDS = {
  everyone: {
    name: "Everyone may read",
    body: "Rows, versions and results are open, also to visitors who are not signed in.",
  },
  invited: {
    name: "Only who is invited",
    body: "For everybody else this Datanet does not exist: no list, page, file or search shows it.",
  },
} as const;

export const CONTRIBUTE_WORDS = {
  everyone: { name: "Everyone may contribute", body: "Whoever is signed in joins with one click." },
  invited: { name: "Only who is invited", body: "Joining takes an invitation link of yours." },
} as const;
