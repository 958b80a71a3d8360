import type { Preset } from "@/db/schema/training-run.constants";
import { RANKS, SETTING_RANGES, type TrainingSettings } from "@/server/training-run/schemas";
import type { BaseOption, Options } from "./train-form";

export type SettingName = keyof TrainingSettings;
/** What an expert typed; a setting that is not there follows the preset. */
export type OwnSettings = Partial<Record<SettingName, string>>;

type Choice = { value: string; label: string };
type Line = { name: SettingName; label: string; about: string; unit?: string; choices?: readonly Choice[] };
export type MachineFacts = Pick<Options["machine"], "fourBitMissing">;

/** Each in one line, with what more of it does. */
export const SETTING_LINES: Line[] = [
  {
    name: "learningRate",
    label: "Learning rate",
    about: "How large one step is. Too large breaks the training, too small teaches little.",
  },
  {
    name: "epochs",
    label: "Passes over the rows",
    about: "How often every row is read; raised until there are 50 steps. Many passes learn rows by heart.",
  },
  {
    name: "batchSize",
    label: "Rows in a step",
    about: "Averaged before each change. More is steadier, slower and needs more memory.",
  },
  {
    name: "rank",
    label: "Rank",
    about: "How much the adapter can change. Higher learns more and makes a larger file.",
    choices: RANKS.map((rank) => ({ value: String(rank), label: String(rank) })),
  },
  {
    name: "maxLength",
    label: "Longest row",
    unit: "tokens",
    about: "Longer questions lose their end. Memory grows with it.",
  },
  {
    name: "patience",
    label: "Stop early after",
    unit: "checks without a better one",
    about: "It looks about ten times a run. Empty: it never stops early. The best point is kept either way.",
  },
  {
    name: "quantisation",
    label: "Base while training",
    about:
      "Four bits need less GPU memory and learn a little less exactly; measuring uses the base as it is.",
    choices: [
      { value: "none", label: "As it is" },
      { value: "4bit", label: "In four bits" },
    ],
  },
];

const FOUR_BIT_MISSING = {
  cuda: "Four bits need a CUDA GPU, which this machine does not have",
  bitsandbytes: "Four bits need the Python package bitsandbytes on the training machine",
};

/** Why a choice cannot be made on this machine; null where it can. */
export const choiceProblem = (
  name: SettingName,
  value: string | undefined,
  { fourBitMissing }: MachineFacts,
): string | null =>
  name === "quantisation" && value === "4bit" && fourBitMissing ? FOUR_BIT_MISSING[fourBitMissing] : null;

/** "1 to 50", with the base's own limit where it is smaller; of the choices, why one cannot be made. */
export function rangeOf(
  name: SettingName,
  base: Pick<BaseOption, "contextLength">,
  machine: MachineFacts,
): string {
  if (name === "rank") return RANKS.join(", ");
  if (name === "quantisation") return choiceProblem(name, "4bit", machine) ?? "This machine can do both";
  const { min, max } = SETTING_RANGES[name];
  const most = name === "maxLength" ? Math.min(max, base.contextLength) : max;
  return `${min === 1e-6 ? "0.000001" : min} to ${most.toLocaleString("en")}`;
}

type PresetValues = BaseOption["presets"][number]["settings"] & { quantisation: "none" };

/** What stands in the field: what was typed, else the preset's value; nothing for "never stops early". */
export function shownValue(own: OwnSettings, values: PresetValues, name: SettingName): string {
  const value = own[name] ?? values[name];
  return value === null || value === undefined ? "" : String(value);
}

/** By which name a run's configuration keeps each. */
const CONFIG_NAMES: Record<SettingName, string> = {
  learningRate: "learning_rate",
  epochs: "epochs",
  batchSize: "batch_size",
  rank: "rank",
  maxLength: "max_length",
  patience: "patience",
  quantisation: "quantisation",
};

/** The values of an earlier run that are not the preset's, as an expert would have typed them. */
export function takenOver(config: Record<string, unknown>, values: PresetValues): OwnSettings {
  const own: OwnSettings = {};
  for (const { name } of SETTING_LINES) {
    const value = config[CONFIG_NAMES[name]];
    if (value !== undefined && value !== values[name]) own[name] = value === null ? "" : String(value);
  }
  return own;
}

/** What was typed as the values the server checks: an empty field that needs a number is not one. */
export function settingsOf(own: OwnSettings): TrainingSettings {
  const entries = Object.entries(own).map(([name, text]) => {
    if (name === "quantisation") return [name, text];
    const isEmpty = text.trim() === "";
    return [name, isEmpty ? (name === "patience" ? null : Number.NaN) : Number(text)];
  });
  return Object.fromEntries(entries);
}

/** The problem of each field, by the one schema of form and server; and what base and machine cannot do. */
export function settingProblems(
  own: OwnSettings,
  issues: readonly { path: readonly PropertyKey[]; message: string }[],
  base: Pick<BaseOption, "contextLength" | "name"> | undefined,
  machine: MachineFacts,
): Partial<Record<SettingName | "seed", string>> {
  const found: Partial<Record<SettingName | "seed", string>> = {};
  for (const { path, message } of issues) {
    if (path[0] === "seed") found.seed ??= message;
    if (path[0] === "settings" && path[1]) found[path[1] as SettingName] ??= message;
  }
  if (base && Number(own.maxLength) > base.contextLength)
    found.maxLength ??= `${base.name} reads at most ${base.contextLength.toLocaleString("en")}`;
  const impossible = choiceProblem("quantisation", own.quantisation, machine);
  if (impossible) found.quantisation ??= impossible;
  return found;
}

/** No preset changes how the base is kept. */
export const presetValues = (base: BaseOption, preset: Preset): PresetValues => ({
  ...base.presets.find((item) => item.preset === preset)!.settings,
  quantisation: "none",
});
