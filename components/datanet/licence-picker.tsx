"use client";
import { useId } from "react";
import licences from "spdx-license-ids/index.json";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";

/** What data sets usually carry; the box searches all of SPDX. */
const USUAL = ["CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "ODbL-1.0", "Apache-2.0"];

type LicencePickerProps = {
  value: string;
  onChange: (licence: string) => void;
  error?: string;
  hint?: string;
};
const HINT = "Under which everyone gives their rows, by its SPDX id. Type to search.";

export function LicencePicker({ value, onChange, error, hint = HINT }: LicencePickerProps) {
  const listId = useId();
  return (
    <div className="grid gap-2.5">
      <Field label="Licence" hint={hint} error={error}>
        <LicenceInput value={value} onChange={onChange} listId={listId} />
      </Field>
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">Usual licences</legend>
        {USUAL.map((licence) => (
          <Button key={licence} size="sm" aria-pressed={value === licence} onClick={() => onChange(licence)}>
            {licence}
          </Button>
        ))}
      </fieldset>
    </div>
  );
}

function LicenceInput({
  value,
  onChange,
  listId,
}: Omit<LicencePickerProps, "error" | "hint"> & { listId: string }) {
  return (
    <>
      <Input
        value={value}
        list={listId}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(matchLicence(event.target.value))}
      />
      <datalist id={listId}>
        {licences.map((licence) => (
          <option key={licence} value={licence} />
        ))}
      </datalist>
    </>
  );
}

const BY_LOWER = new Map(licences.map((licence) => [licence.toLowerCase(), licence]));

/** "mit" is MIT: an id typed in another case is taken as the one it is. */
const matchLicence = (text: string): string => BY_LOWER.get(text.trim().toLowerCase()) ?? text;
