"use client";
import { useState } from "react";
import { personName } from "@/components/account/person";
import { formatCount } from "@/components/common/numbers";
import { Checkbox } from "@/components/ui/checkbox";
import { Input } from "@/components/ui/input";
import type { Mix, MixData } from "./use-mix";

const MANY = 8;
type Person = MixData["contributors"][number];

/** Whose rows are trained on; taking the mark away leaves somebody out. Their test questions stay. */
export function MixPeople({ mix, people }: { mix: Mix; people: Person[] }) {
  const [search, setSearch] = useState("");
  const out = mix.excludedContributorIds;
  const left = people.filter(({ id }) => out.includes(id));
  const wanted = search.trim().toLowerCase();
  const shown = people.filter((person) => personName(person).toLowerCase().includes(wanted));
  if (people.length < 2 && left.length === 0) return null;
  return (
    <details open={left.length > 0}>
      <summary className="w-fit font-medium">
        {left.length > 0
          ? `Left out: ${left.map(personName).join(", ")}`
          : `Leave somebody out (${formatCount(people.length)} contributors)`}
      </summary>
      <fieldset className="mt-3">
        <legend className="max-w-reading text-sm text-muted">
          Rows of a person without a mark are not trained on. Their questions stay in the test, so that runs
          with and without them can be compared.
        </legend>
        {people.length > MANY ? (
          <Input
            type="search"
            aria-label="Find a contributor"
            placeholder="Find a contributor"
            className="mt-2 max-w-72"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") event.preventDefault();
            }}
          />
        ) : null}
        <div className="mt-3 grid max-h-72 gap-2 overflow-y-auto sm:grid-cols-2">
          {shown.map((person) => (
            <Checkbox
              key={person.id}
              label={
                <>
                  {personName(person)} <span className="num text-muted">{formatCount(person.rows)} rows</span>
                </>
              }
              checked={!out.includes(person.id)}
              onChange={(event) =>
                mix.change({
                  without: event.target.checked ? out.filter((id) => id !== person.id) : [...out, person.id],
                })
              }
            />
          ))}
        </div>
      </fieldset>
    </details>
  );
}
