import { cn } from "@/components/ui/cn";
import { PRESET_WORDS, timeRange } from "./run-words";
import type { BaseOption } from "./train-form";

type PresetCardsProps = {
  base: BaseOption;
  /** What it runs on, in words. */
  machine: string;
  value: "quick" | "balanced";
  onChange: (preset: "quick" | "balanced") => void;
};

/** Two ways to train, each with how long it takes here. */
export function PresetCards({ base, machine, value, onChange }: PresetCardsProps) {
  return (
    <fieldset>
      <legend className="mb-2 font-medium">How thoroughly</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        {base.presets.map(({ preset, estimate }) => (
          <label
            key={preset}
            className={cn(
              "cursor-pointer rounded-md border border-edge bg-surface p-4 hover:bg-sunken",
              "has-checked:border-accent has-checked:outline-1 has-checked:outline-accent",
              "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
            )}
          >
            <span className="flex items-center gap-2 font-medium">
              <input
                type="radio"
                name="preset"
                value={preset}
                checked={value === preset}
                onChange={() => onChange(preset)}
                className="accent-accent"
              />
              {PRESET_WORDS[preset].name}
            </span>
            <span className="mt-1 block text-muted">{PRESET_WORDS[preset].body}</span>
            <span className="num mt-2 block text-sm">
              {timeRange(estimate.lowSeconds, estimate.highSeconds)}{" "}
              <span className="text-muted">
                {estimate.basis === "measured"
                  ? `measured on ${estimate.runs} earlier ${estimate.runs === 1 ? "run" : "runs"} on ${machine}`
                  : `estimated for ${machine}; measured after the first run`}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
