import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { Preset } from "@/db/schema/training-run.constants";
import {
  choiceProblem,
  type MachineFacts,
  type OwnSettings,
  presetValues,
  rangeOf,
  SETTING_LINES,
  type SettingName,
  shownValue,
} from "./expert-settings";
import type { BaseOption } from "./train-form";

type ExpertPanelProps = {
  base: BaseOption;
  machine: MachineFacts;
  preset: Preset;
  own: OwnSettings;
  onChange: (own: OwnSettings) => void;
  seed: string;
  onSeed: (seed: string) => void;
  problems: Partial<Record<SettingName | "seed", string>>;
};

/** Closed until asked for, open while a value is wrong; opens on the preset's values, each with what it does and how far it goes. */
export function ExpertPanel(props: ExpertPanelProps) {
  const { base, machine, preset, own, onChange, seed, onSeed, problems } = props;
  const values = presetValues(base, preset);
  const changed = Object.keys(own).length;
  const hasProblem = Object.keys(problems).length > 0;
  // The element opens and closes itself; without this a mended value would close the panel under the hand.
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details open={isOpen || hasProblem} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="w-fit font-medium">For experts{changed > 0 ? ` (${changed} changed)` : ""}</summary>
      <div className="mt-3 grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {SETTING_LINES.map(({ name, label, about, unit, choices }) => (
          <Field
            key={name}
            label={unit ? `${label} (${unit})` : label}
            hint={`${about} ${rangeOf(name, base, machine)}.`}
            error={problems[name]}
          >
            {choices ? (
              <Select
                value={shownValue(own, values, name)}
                onChange={(event) => onChange({ ...own, [name]: event.target.value })}
              >
                {choices.map(({ value, label: text }) => (
                  <option key={value} value={value} disabled={choiceProblem(name, value, machine) !== null}>
                    {text}
                  </option>
                ))}
              </Select>
            ) : (
              <Input
                inputMode="decimal"
                value={shownValue(own, values, name)}
                onChange={(event) => onChange({ ...own, [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
        <Field
          label="Seed"
          hint="Same version, base, settings and seed: the same adapter, byte for byte."
          error={problems.seed}
        >
          <Input inputMode="numeric" value={seed} onChange={(event) => onSeed(event.target.value)} />
        </Field>
        {changed > 0 ? (
          <div className="self-end">
            <Button onClick={() => onChange({})}>Back to the preset’s values</Button>
          </div>
        ) : null}
      </div>
    </details>
  );
}
