"use client";
import { Ellipsis } from "lucide-react";
import {
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { buttonClass } from "./button";
import { cn } from "./cn";
import { Link } from "./link";
import { nextItem } from "./menu-keys";

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
  "flex min-h-8 w-full items-center rounded-sm px-2.5 py-1 text-left whitespace-nowrap select-none " +
  "hover:bg-sunken focus:bg-sunken focus-visible:-outline-offset-2 disabled:opacity-50";
const EDGE_PX = 8;

/**
 * A button with three dots (or `trigger` as its content) that opens a list; `label` is its spoken name. Our own and not
 * a library's: it stands in the head of every page, and a positioning engine would be a tenth of what a page loads.
 */
export function Menu({ label, items, trigger, size = "md", align = "end" }: MenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = (isFocusKept: boolean) => {
    setIsOpen(false);
    if (isFocusKept) button.current?.focus();
  };
  useEffect(() => {
    if (!isOpen) return;
    const onElsewhere = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setIsOpen(false);
    };
    const left = ["pointerdown", "focusin"] as const;
    for (const type of left) document.addEventListener(type, onElsewhere);
    return () => {
      for (const type of left) document.removeEventListener(type, onElsewhere);
    };
  }, [isOpen]);

  return (
    <div ref={root} className="relative">
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        aria-label={trigger ? undefined : label}
        onClick={() => setIsOpen(!isOpen)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          setIsOpen(true);
        }}
        className={buttonClass(
          { variant: trigger ? "ghost" : "secondary", size },
          trigger ? "px-2" : "aspect-square px-0",
        )}
      >
        {trigger ?? <Ellipsis aria-hidden="true" className="size-4" />}
      </button>
      {isOpen ? <MenuList id={id} label={label} items={items} align={align} onClose={close} /> : null}
    </div>
  );
}

type MenuListProps = Required<Pick<MenuProps, "label" | "items" | "align">> & {
  id: string;
  onClose: (isFocusKept: boolean) => void;
};

function MenuList({ id, label, items, align, onClose }: MenuListProps) {
  const list = useRef<HTMLDivElement>(null);
  const rows = () => [
    ...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]:not([disabled])") ?? []),
  ];
  // Before the first paint: onto the screen where the page is narrow, and the first item holds the focus.
  useLayoutEffect(() => {
    const box = list.current!.getBoundingClientRect();
    const over = box.right - (document.documentElement.clientWidth - EDGE_PX);
    const shift = box.left < EDGE_PX ? EDGE_PX - box.left : over > 0 ? -over : 0;
    if (shift !== 0) list.current!.style.transform = `translateX(${shift}px)`;
    list.current!.querySelector<HTMLElement>("[role=menuitem]:not([disabled])")?.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") return onClose(true);
    if (event.key === "Tab") return onClose(false);
    const all = rows();
    const next = nextItem(
      all.map((row) => row.textContent ?? ""),
      all.indexOf(document.activeElement as HTMLElement),
      event.key,
    );
    if (next === null) return;
    event.preventDefault();
    all[next]?.focus();
  };
  return (
    <div
      ref={list}
      id={id}
      role="menu"
      tabIndex={-1}
      aria-label={label}
      onKeyDown={onKeyDown}
      className={cn(
        "absolute top-full z-50 mt-1 min-w-44 rounded-md border border-line bg-surface p-1 text-ink shadow-float",
        align === "end" ? "right-0" : "left-0",
      )}
    >
      {items.map((item) => (
        <MenuRow key={item.label} item={item} onClose={onClose} />
      ))}
    </div>
  );
}

function MenuRow({ item, onClose }: { item: MenuItem; onClose: MenuListProps["onClose"] }) {
  const className = cn(ITEM, item.tone === "danger" && "text-bad");
  const select = () => {
    onClose(true);
    item.onSelect?.();
  };
  return (
    <>
      {item.isSeparated ? <hr className="my-1 border-line" /> : null}
      {item.href === undefined ? (
        <button
          type="button"
          role="menuitem"
          tabIndex={-1}
          disabled={item.isDisabled}
          onClick={select}
          className={className}
        >
          {item.label}
        </button>
      ) : item.href.startsWith("/api/") ? (
        // A file: there is no page to go to, or to fetch ahead.
        <a href={item.href} download role="menuitem" tabIndex={-1} onClick={select} className={className}>
          {item.label}
        </a>
      ) : (
        <Link href={item.href} role="menuitem" tabIndex={-1} onClick={select} className={className}>
          {item.label}
        </Link>
      )}
    </>
  );
}
