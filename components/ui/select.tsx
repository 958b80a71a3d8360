"use client";
import type { ComponentProps } from "react";
import { cn } from "./cn";
import { CONTROL_CLASS, useFieldWiring } from "./field";

/** The platform's own select: works with every keyboard, screen reader and phone. Children are <option>. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return <select {...useFieldWiring()} {...rest} className={cn(CONTROL_CLASS, "h-9 pr-8", className)} />;
}
