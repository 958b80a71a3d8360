"use client";
import { type ReactNode, startTransition, useEffect, useRef, useState } from "react";
import { Skeleton } from "../ui/skeleton";

/** How far below the window something begins to be made. */
const MARGIN = "400px";
/** By then the page itself has long been usable. */
const LATER_MS = 4_000;

/** `className` gives the place about the height of what will stand there. */
type WhenNearProps = { className: string; children: ReactNode };

/**
 * For what is heavy and far down: its children are made, and their code loaded, when the place comes near the window, and
 * a little later in any case, so that searching and printing the page find them.
 */
export function WhenNear({ className, children }: WhenNearProps) {
  const place = useRef<HTMLDivElement>(null);
  const [isNear, setIsNear] = useState(false);
  useEffect(() => {
    if (!place.current) return;
    const show = () => startTransition(() => setIsNear(true));
    // Above the window too: what grows there later would push away what is being read.
    const observer = new IntersectionObserver(
      ([entry]) => entry && (entry.isIntersecting || entry.boundingClientRect.top < 0) && show(),
      { rootMargin: MARGIN },
    );
    observer.observe(place.current);
    const timer = setTimeout(show, LATER_MS);
    window.addEventListener("beforeprint", show);
    return () => {
      window.removeEventListener("beforeprint", show);
      clearTimeout(timer);
      observer.disconnect();
    };
  }, []);
  return isNear ? (
    children
  ) : (
    <div ref={place}>
      {/* Nobody sees it: moving, it would only keep the browser drawing. */}
      <Skeleton isStill className={className} />
    </div>
  );
}
