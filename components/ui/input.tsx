"use client";
import type { ComponentProps } from "react";
import { cn } from "./cn";
import { CONTROL_CLASS, useFieldWiring } from "./field";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return (
    <input type="text" {...useFieldWiring()} {...rest} className={cn(CONTROL_CLASS, "h-9", className)} />
  );
}
