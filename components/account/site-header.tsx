"use client";
import { Menu as MenuIcon } from "lucide-react";
import { usePathname } from "next/navigation";
import { Link } from "@/components/ui/link";
import { useGuide } from "../guide/use-guide";
import { Button } from "../ui/button";
import { cn } from "../ui/cn";
import { Menu } from "../ui/menu";
import { AccountMenu } from "./account-menu";

const PLACES = [
  { href: "/datanets", label: "Datanets" },
  { href: "/runs", label: "Runs" },
  { href: "/adapters", label: "Adapters" },
];

export function SiteHeader() {
  const pathname = usePathname();
  const guide = useGuide();
  const isHere = (href: string) => pathname === href || pathname.startsWith(`${href}/`);
  return (
    <header className="border-b border-line bg-surface print:hidden">
      <div className="mx-auto flex h-12 w-full max-w-page items-center gap-2 px-4 sm:px-6">
        <div className="sm:hidden">
          <Menu
            label="Go to"
            size="sm"
            align="start"
            trigger={
              <>
                <MenuIcon aria-hidden="true" className="size-4" />
                <span className="sr-only">Go to</span>
              </>
            }
            items={[
              ...PLACES,
              {
                label: "Guide",
                onSelect: () => guide.setOpen(!guide.isOpen),
                isDisabled: !guide.isKnown,
                isSeparated: true,
              },
            ]}
          />
        </div>
        <Link href="/" className="mr-4 inline-flex items-center gap-2 rounded-sm font-semibold">
          <Mark />
          ModelFactory
        </Link>
        <nav aria-label="Main" className="hidden h-full gap-5 sm:flex">
          {PLACES.map(({ href, label }) => (
            <Link
              key={href}
              href={href}
              aria-current={isHere(href) ? "page" : undefined}
              className={cn(
                "flex items-center border-b-2 border-transparent text-muted hover:text-ink",
                isHere(href) && "border-ink text-ink",
              )}
            >
              {label}
            </Link>
          ))}
        </nav>
        <div className="ml-auto flex items-center">
          <Button
            variant="ghost"
            size="sm"
            aria-expanded={guide.isOpen}
            disabled={!guide.isKnown}
            onClick={() => guide.setOpen(!guide.isOpen)}
            className="hidden sm:inline-flex"
          >
            Guide
          </Button>
          <AccountMenu />
        </div>
      </div>
    </header>
  );
}

/** Three whiskers on a zero line: the product's own picture. */
function Mark() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4">
      <path d="M4 1v14" className="stroke-ink" strokeWidth="1.2" />
      <path d="M4 4h9M4 8h6M4 12h3" className="stroke-accent" strokeWidth="2.4" />
    </svg>
  );
}
