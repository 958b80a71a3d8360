"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ErrorCallout } from "../common/error-callout";
import { shownError } from "../common/shown-error";
import { type RouterOutputs, useTRPC } from "../trpc/client";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { per100 } from "./rules-words";

type Rules = RouterOutputs["review"]["rules"];

/** In the order in which the form asks for them; each of 100 rows. */
const FIELDS = [
  {
    name: "doubleShare",
    label: "Rows that two people read",
    hint: "Neither sees the other’s decision. With one validator, one person reads.",
    most: 100,
  },
  {
    name: "knownShare",
    label: "Known-answer items among what a validator gets",
    hint: "They show who reads with care. At most 30.",
    most: 30,
  },
  {
    name: "acceptableRate",
    label: "Bad rows of a file that is still good",
    hint: "With no more than this, a file is nearly always accepted.",
    most: 20,
  },
  {
    name: "rejectableRate",
    label: "Bad rows of a file that is not good enough",
    hint: "With this many or more, a file is nearly always refused. At least 1 above the number before.",
    most: 50,
  },
] as const;

/** A number of 100 as the share that is stored. */
const shareOf = (of100: string) => Number((Number(of100) / 100).toFixed(4));

export function EditRules({ datanetId, rules }: { datanetId: string; rules: Rules }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  const save = useMutation(
    trpc.datanet.setReviewRules.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries();
        setIsOpen(false);
      },
    }),
  );
  const fields = save.error ? shownError(save.error).fields : undefined;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const share = (name: string) => shareOf(String(form.get(name)));
    save.mutate({
      datanetId,
      doubleShare: share("doubleShare"),
      knownShare: share("knownShare"),
      acceptableRate: share("acceptableRate"),
      rejectableRate: share("rejectableRate"),
    });
  };
  const open = () => {
    save.reset();
    setIsOpen(true);
  };
  return (
    <div>
      <Button size="sm" onClick={open}>
        Change the rules
      </Button>
      <Dialog
        title="Change the rules"
        description="All numbers are of 100 rows. They hold for what is submitted from now on; what was submitted before keeps the rules of its day. Only the share of known-answer items changes at once."
        open={isOpen}
        onOpenChange={setIsOpen}
      >
        <form onSubmit={submit} className="grid gap-4">
          {FIELDS.map(({ name, label, hint, most }) => (
            <Field key={name} label={label} hint={hint} error={fields?.[name]} isRequired>
              <Input
                type="number"
                inputMode="decimal"
                name={name}
                min={0}
                max={most}
                step="any"
                defaultValue={per100(rules[name])}
                className="num max-w-28"
              />
            </Field>
          ))}
          {save.error && !fields ? <ErrorCallout error={save.error} /> : null}
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={() => setIsOpen(false)}>Leave them</Button>
            <Button type="submit" variant="primary" isBusy={save.isPending} busyLabel="Saving…">
              Save the rules
            </Button>
          </div>
        </form>
      </Dialog>
    </div>
  );
}
