import { personName } from "@/components/account/person";
import { ChartFrame } from "@/components/common/chart-frame";
import { formatCount } from "@/components/common/numbers";
import { WhiskerBars } from "@/components/common/whisker-bars";
import { Button } from "@/components/ui/button";
import { type CountedOn, readOn } from "./counted-on";
import type { Influence } from "./influence-section";
import { LEGEND, type Marks } from "./marks";

export type By = "datanet" | "person" | "file";

const UNIT =
  "How much less wrong the sealed questions were answered with these rows; above zero helped; an estimate";

type Props = {
  influence: Influence;
  by: By;
  onBy: (by: By) => void;
  on: CountedOn;
  onCountedOn: (on: CountedOn) => void;
  marks: Marks;
};

/** Totals with their intervals, by Datanet, person or file, and on whose questions they are counted. */
export function InfluenceBars({ influence, by, onBy, on, onCountedOn, marks }: Props) {
  const groups = readOn<Group>(groupsBy(influence, by), on);
  const words = BY_WORDS[by];
  // Traces and retrains are of all sealed questions.
  const marksOf = (id: string) => (on === "all" ? (marks.get(id) ?? []) : []);
  const shapes = LEGEND.filter(({ shape }) =>
    groups.some(({ id }) => marksOf(id).some((mark) => mark.shape === shape)),
  );
  const hasOthers = influence.contributors.some(({ others }) => others !== null);
  // A run on one Datanet has no other to tell it from.
  const choices = (["datanet", "person", "file"] as const).filter(
    (choice) => choice !== "datanet" || influence.datanets.length > 1,
  );
  return (
    <div>
      <div className="mb-3 flex flex-wrap justify-between gap-x-6 gap-y-1.5">
        <Choices
          legend="Totals by"
          choices={choices.map((value) => ({ value, label: BY_WORDS[value].button }))}
          chosen={by}
          onChoose={onBy}
        />
        {hasOthers ? (
          <Choices legend="Counted on" choices={COUNTED_ON} chosen={on} onChoose={onCountedOn} />
        ) : null}
      </div>
      <ChartFrame
        title={`Estimated influence by ${words.noun}`}
        summary={`Bars are the estimate, whiskers its 95 % interval, sorted by the lower end. Only the sealed part of the test is counted${on === "others" ? ", and of it the questions of others" : ""}.`}
        columns={[
          { key: "label", label: words.column },
          { key: "rows", label: "Rows", isNumeric: true },
          { key: "value", label: "Estimate", isNumeric: true },
          { key: "low", label: "Low", isNumeric: true },
          { key: "high", label: "High", isNumeric: true },
          { key: "sign", label: "Sign" },
          ...shapes.flatMap(({ shape, column }) => [
            { key: shape, label: column, isNumeric: true },
            { key: `${shape}-low`, label: `${column}, low`, isNumeric: true },
            { key: `${shape}-high`, label: `${column}, high`, isNumeric: true },
          ]),
        ]}
        rows={groups.map(({ id, label, rows, value, low, high, sign }) => ({
          label,
          rows,
          value: digits(value),
          low: digits(low),
          high: digits(high),
          sign: SIGNS[sign],
          ...Object.fromEntries(
            marksOf(id).flatMap((mark) => [
              [mark.shape, digits(mark.value)],
              [`${mark.shape}-low`, digits(mark.low)],
              [`${mark.shape}-high`, digits(mark.high)],
            ]),
          ),
        }))}
      >
        <WhiskerBars
          unit={UNIT}
          legend={shapes}
          items={groups.map(({ id, label, rows, value, low, high }) => ({
            label,
            value,
            low,
            high,
            note: `${formatCount(rows)} training rows`,
            marks: marksOf(id),
            ...(words.path ? { href: `${words.path}/${id}` } : {}),
          }))}
        />
      </ChartFrame>
    </div>
  );
}

type Group = Omit<Influence["contributors"][number], "name" | "address"> & { label: string };

function groupsBy(influence: Influence, by: By): Group[] {
  if (by === "datanet") return influence.datanets.map((group) => ({ ...group, label: group.name }));
  if (by === "person") return influence.contributors.map((group) => ({ ...group, label: personName(group) }));
  return influence.contributions.map((group) => ({
    ...group,
    label: `${group.fileName} (${personName(group)})`,
  }));
}

type ChoicesProps<T extends string> = {
  legend: string;
  choices: readonly { value: T; label: string }[];
  chosen: T;
  onChoose: (value: T) => void;
};

function Choices<T extends string>({ legend, choices, chosen, onChoose }: ChoicesProps<T>) {
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">{legend}</legend>
      {choices.map(({ value, label }) => (
        <Button
          key={value}
          size="sm"
          variant={value === chosen ? "secondary" : "ghost"}
          aria-pressed={value === chosen}
          onClick={() => onChoose(value)}
        >
          {label}
        </Button>
      ))}
    </fieldset>
  );
}

const COUNTED_ON = [
  { value: "others", label: "Others’ questions" },
  { value: "all", label: "All sealed questions" },
] as const;

const BY_WORDS = {
  datanet: { button: "By Datanet", noun: "Datanet", column: "Datanet", path: "/datanets" },
  person: { button: "By person", noun: "contributor", column: "Contributor", path: null },
  file: { button: "By file", noun: "contribution", column: "Contribution", path: "/contributions" },
};

const SIGNS = { "+": "helped", "-": "hurt", "0": "not known" };
const digits = (value: number) => Number(value.toPrecision(3));
