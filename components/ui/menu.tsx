"use client";
import { Ellipsis } from "lucide-react";
import Link from "next/link";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { buttonClass } from "./button";
import { cn } from "./cn";

export type MenuItem = {
  label: string;
  href?: string;
  onSelect?: () => void;
  tone?: "danger";
  isDisabled?: boolean;
  /** A line above this item. */
  isSeparated?: boolean;
};

type MenuProps = {
  label: string;
  items: MenuItem[];
  trigger?: ReactNode;
  size?: "sm" | "md";
  align?: "start" | "end";
};

const ITEM =
  "flex min-h-8 w-full items-center rounded-sm px-2.5 py-1 text-left outline-none select-none data-highlighted:bg-sunken " +
  "data-disabled:opacity-50";

/** A button with three dots (or `trigger` as its content) that opens a list; `label` is its spoken name. */
export function Menu({ label, items, trigger, size = "md", align = "end" }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger
        aria-label={trigger ? undefined : label}
        className={buttonClass(
          { variant: trigger ? "ghost" : "secondary", size },
          trigger ? "px-2" : "aspect-square px-0",
        )}
      >
        {trigger ?? <Ellipsis aria-hidden="true" className="size-4" />}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={4}
          aria-label={label}
          className="z-50 min-w-44 rounded-md border border-line bg-surface p-1 text-ink shadow-float"
        >
          {items.map((item) => (
            <MenuRow key={item.label} item={item} />
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function MenuRow({ item }: { item: MenuItem }) {
  const className = cn(ITEM, item.tone === "danger" && "text-bad");
  return (
    <>
      {item.isSeparated ? <Radix.Separator className="my-1 h-px bg-line" /> : null}
      <Radix.Item
        disabled={item.isDisabled}
        onSelect={item.onSelect}
        asChild={item.href !== undefined}
        className={className}
      >
        {item.href === undefined ? item.label : <Link href={item.href}>{item.label}</Link>}
      </Radix.Item>
    </>
  );
}
