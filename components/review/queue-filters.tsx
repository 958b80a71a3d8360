"use client";
import { type KeyboardEvent, type RefObject, useDeferredValue, useEffect, useState } from "react";
import { personName } from "../account/person";
import { formatCount } from "../common/numbers";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Select } from "../ui/select";
import type { QueueSearch } from "./use-queue-search";

type QueueFiltersProps = {
  search: QueueSearch;
  field: RefObject<HTMLInputElement | null>;
  /** From the words to the list that they found. */
  onLeave: () => void;
  onClose: () => void;
};

/** Words and what rows have: the file, who gave it, the category, what was flagged; or what one decided oneself. */
export function QueueFilters({ search, field, onLeave, onClose }: QueueFiltersProps) {
  const { filters, change, facets } = search;
  const [text, setText] = useState(filters.text ?? "");
  const wanted = useDeferredValue(text.trim());
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a change of the words is a new search
  useEffect(() => {
    if (wanted !== (filters.text ?? "")) change({ text: wanted });
  }, [wanted]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" || event.key === "Enter") {
      event.preventDefault();
      onLeave();
    }
  };
  const of = facets.data;
  const option = (label: string, rows: number) => `${label} (${formatCount(rows)})`;
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <Field label="Search the queue" className="min-w-60 flex-1">
          <Input
            ref={field}
            type="search"
            value={text}
            maxLength={200}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKeyDown}
          />
        </Field>
        <Button onClick={onClose}>Back to one row</Button>
      </div>
      {filters.similarTo ? (
        <p className="flex flex-wrap items-center gap-2 text-sm">
          The nearest in wording to the row on your screen come first.
          <Button size="sm" variant="ghost" onClick={() => change({ similarTo: undefined })}>
            Show all
          </Button>
        </p>
      ) : null}
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-5">
        <Field label="Show">
          <Select
            value={filters.of ?? "waiting"}
            onChange={(event) => change({ of: event.target.value === "mine" ? "mine" : "waiting" })}
          >
            <option value="waiting">Rows that wait</option>
            <option value="mine">What I decided</option>
          </Select>
        </Field>
        <Field label="File">
          <Select
            value={filters.contributionId ?? ""}
            onChange={(event) => change({ contributionId: event.target.value || undefined })}
          >
            <option value="">Any</option>
            {of?.contributions.map(({ id, fileName, rows }) => (
              <option key={id} value={id}>
                {option(fileName, rows)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Contributor">
          <Select
            value={filters.contributorId ?? ""}
            onChange={(event) => change({ contributorId: event.target.value || undefined })}
          >
            <option value="">Any</option>
            {of?.contributors.map(({ id, name, address, rows }) => (
              <option key={id} value={id}>
                {option(personName({ name, address }), rows)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Category">
          <Select
            value={filters.category ?? ""}
            onChange={(event) => change({ category: event.target.value || undefined })}
          >
            <option value="">Any</option>
            {of?.categories.map(({ category, rows }) => (
              <option key={category} value={category}>
                {option(category, rows)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Flagged">
          <Select
            value={filters.findingCode ?? ""}
            onChange={(event) => change({ findingCode: event.target.value || undefined })}
          >
            <option value="">Any or none</option>
            {of?.codes.map(({ code, rows }) => (
              <option key={code} value={code}>
                {option(code, rows)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
    </div>
  );
}
