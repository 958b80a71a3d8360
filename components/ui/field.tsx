"use client";
import { createContext, type ReactNode, useContext, useId } from "react";
import { cn } from "./cn";

type FieldWiring = {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
  required?: true;
};
const FieldContext = createContext<FieldWiring | null>(null);

type FieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | null;
  isRequired?: boolean;
  className?: string;
  children: ReactNode;
};

/** Names one control and ties its hint and error to it; Input, Textarea and Select inside pick the ids up. */
export function Field({ label, hint, error, isRequired, className, children }: FieldProps) {
  const id = useId();
  const describedBy = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  const wiring: FieldWiring = {
    id,
    "aria-describedby": describedBy || undefined,
    "aria-invalid": error ? true : undefined,
    required: isRequired ? true : undefined,
  };
  return (
    <div className={cn("flex flex-col gap-1.5", className)}>
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
      <FieldContext value={wiring}>{children}</FieldContext>
      {error ? (
        <p id={`${id}-error`} role="alert" className="text-sm text-bad">
          {error}
        </p>
      ) : null}
    </div>
  );
}

/** Ids and states from the Field around a control; an empty object outside of one. */
export const useFieldWiring = (): Partial<FieldWiring> => useContext(FieldContext) ?? {};

export const CONTROL_CLASS =
  "w-full rounded-md border border-edge bg-surface px-3 text-base text-ink placeholder:text-muted " +
  "disabled:bg-sunken disabled:text-muted aria-invalid:border-bad-mark";
