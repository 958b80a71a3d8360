"use client";
import { useState } from "react";
import { INVITED_ROLES, type InvitedRole } from "@/db/schema/datanet.constants";
import { CreateInvitationInput, MOST_DAYS, MOST_USES } from "@/server/invitation/schemas";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { Input } from "../ui/input";
import { Select } from "../ui/select";
import { ROLE_WORDS } from "./words";

type Values = Omit<CreateInvitationInput, "datanetId">;
type InvitationFormProps = { isBusy: boolean; onSubmit: (values: Values) => void };

const Values = CreateInvitationInput.omit({ datanetId: true });

/** What a link is for, how many may use it, and how long it lasts. */
export function InvitationForm({ isBusy, onSubmit }: InvitationFormProps) {
  const [role, setRole] = useState<InvitedRole>("member");
  const [uses, setUses] = useState("1");
  const [days, setDays] = useState("7");
  const [errors, setErrors] = useState<Partial<Record<"uses" | "days", string>>>({});
  const submit = () => {
    const parsed = Values.safeParse({ role, uses: Number(uses), days: Number(days) });
    const of = (name: string) => parsed.error?.issues.find(({ path }) => path[0] === name)?.message;
    setErrors({ uses: of("uses"), days: of("days") });
    if (parsed.success) onSubmit(parsed.data);
  };
  return (
    <form
      noValidate
      className="grid gap-4 sm:grid-cols-[repeat(3,minmax(0,1fr))_auto] sm:items-start"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field label="For a">
        <Select value={role} onChange={(event) => setRole(event.target.value as InvitedRole)}>
          {INVITED_ROLES.map((each) => (
            <option key={each} value={each}>
              {ROLE_WORDS[each]}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="People" error={errors.uses}>
        <Input
          inputMode="numeric"
          value={uses}
          maxLength={String(MOST_USES).length}
          onChange={(event) => setUses(event.target.value)}
        />
      </Field>
      <Field label="Days" error={errors.days}>
        <Input
          inputMode="numeric"
          value={days}
          maxLength={String(MOST_DAYS).length}
          onChange={(event) => setDays(event.target.value)}
        />
      </Field>
      <div className="sm:pt-6.5">
        <Button type="submit" isBusy={isBusy} busyLabel="Making…">
          Make a link
        </Button>
      </div>
    </form>
  );
}
