import { readFields, writeFields } from "@/server/datanet/words";
import { Field } from "../ui/field";
import { Input } from "../ui/input";

type FieldsInputProps = {
  names: readonly string[];
  /** The fields as they are stored; "" before anything is filled in. */
  answer: string;
  onChange: (answer: string) => void;
};

/** One box for each field; all of them empty is no answer. */
export function FieldsInput({ names, answer, onChange }: FieldsInputProps) {
  const values = Object.fromEntries(readFields(answer) ?? []);
  const change = (name: string, value: string) => {
    const next = { ...values, [name]: value };
    onChange(names.some((each) => next[each]?.trim()) ? writeFields(names, next) : "");
  };
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 font-medium">What should it have been?</legend>
      {names.map((name) => (
        <Field key={name} label={name} hint="Empty where the text does not say.">
          <Input value={values[name] ?? ""} onChange={(event) => change(name, event.target.value)} />
        </Field>
      ))}
    </fieldset>
  );
}
