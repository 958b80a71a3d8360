"use client";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";

const focusMain = (options?: FocusOptions) => document.getElementById("main")?.focus(options);

/** The first stop of every page. It leaves the address alone, because some pages keep their open tab there. */
export function SkipLink() {
  return (
    // biome-ignore lint/a11y/useValidAnchor: it does lead to #main, also before any script has run
    <a
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        focusMain();
      }}
      className="sr-only z-50 rounded-md bg-surface px-3 py-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
    >
      Skip to content
    </a>
  );
}

/**
 * A link changes the page without loading it, so the browser leaves the focus on the old page's link, or nowhere: after
 * each such step it is put at the start of the content, unless something there has taken it by then.
 */
export function FocusMain() {
  const pathname = usePathname();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    const main = document.getElementById("main");
    if (!main?.contains(document.activeElement)) focusMain({ preventScroll: true });
  }, [pathname]);
  return null;
}
