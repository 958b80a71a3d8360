"use client";
import { type ReactNode, useEffect, useRef, useState } from "react";

/** How far below the window something begins to be made. */
const MARGIN = "400px";

type WhenNearProps = { placeholder: ReactNode; children: ReactNode };

/** For what is heavy and far down: its children are made, and their code loaded, when the place comes near the window. */
export function WhenNear({ placeholder, children }: WhenNearProps) {
  const place = useRef<HTMLDivElement>(null);
  const [isNear, setIsNear] = useState(false);
  useEffect(() => {
    if (!place.current) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        setIsNear(true);
        observer.disconnect();
      },
      { rootMargin: MARGIN },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return isNear ? children : <div ref={place}>{placeholder}</div>;
}
