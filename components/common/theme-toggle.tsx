"use client";
import { useSyncExternalStore } from "react";
import { cn } from "../ui/cn";
import { applyTheme, readTheme, subscribeTheme, THEMES } from "./theme";

const LABELS = { system: "System", light: "Light", dark: "Dark" };

export function ThemeToggle() {
  const theme = useSyncExternalStore(subscribeTheme, readTheme, () => "system" as const);
  return (
    <fieldset className="flex items-center gap-1">
      <legend className="sr-only">Theme</legend>
      {THEMES.map((name) => (
        <label
          key={name}
          className={cn(
            "flex min-h-6 cursor-pointer items-center rounded-sm px-2 text-sm text-muted hover:text-ink",
            "has-focus-visible:outline-2 has-focus-visible:outline-accent",
            theme === name && "bg-sunken text-ink",
          )}
        >
          <input
            type="radio"
            name="theme"
            className="sr-only"
            checked={theme === name}
            onChange={() => applyTheme(name)}
          />
          {LABELS[name]}
        </label>
      ))}
    </fieldset>
  );
}
