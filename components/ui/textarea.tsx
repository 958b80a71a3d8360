"use client";
import type { ComponentProps } from "react";
import { cn } from "./cn";
import { CONTROL_CLASS, useFieldWiring } from "./field";

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return (
    <textarea rows={4} {...useFieldWiring()} {...rest} className={cn(CONTROL_CLASS, "py-2", className)} />
  );
}
