import { cn } from "@/components/ui/cn";
import type { Preset } from "@/db/schema/training-run.constants";
import { PRESET_WORDS, verdictAndWhole } from "./run-words";
import type { BaseOption } from "./train-form";
import type { Estimates } from "./use-estimates";

type PresetCardsProps = {
  base: BaseOption;
  /** What it runs on, in words. */
  machine: string;
  value: Preset;
  /** For all rows chosen and an expert's settings, as soon as they are known; the base's own until then. */
  estimates: Estimates | null;
  onChange: (preset: Preset) => void;
};

/** The ways to train, each with how long it takes here. */
export function PresetCards({ base, machine, value, estimates, onChange }: PresetCardsProps) {
  return (
    <fieldset>
      <legend className="mb-2 font-medium">How thoroughly</legend>
      <div className="grid gap-3 sm:grid-cols-3">
        {base.presets
          .map(({ preset, estimate }) => ({ preset, estimate: estimates?.[preset] ?? estimate }))
          .map(({ preset, estimate }) => (
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
                {verdictAndWhole(estimate)}{" "}
                <span className="text-muted">{basisWords(estimate, machine)}</span>
              </span>
            </label>
          ))}
      </div>
    </fieldset>
  );
}

type Estimate = BaseOption["presets"][number]["estimate"];

function basisWords({ basis, runs }: Estimate, machine: string): string {
  const times = `${runs} earlier ${runs === 1 ? "run" : "runs"}`;
  switch (basis) {
    case "measured":
      return `measured on ${times} on ${machine}`;
    case "checked":
      return `from the checks of ${times} on ${machine}`;
    case "typical":
      return `estimated for ${machine}; measured when it is checked`;
  }
}
