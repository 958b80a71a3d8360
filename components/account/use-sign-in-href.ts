"use client";
import { usePathname, useSearchParams } from "next/navigation";

/** The sign-in page's address that leads back to where one is. */
export function useSignInHref(): string {
  const pathname = usePathname();
  const query = useSearchParams().toString();
  return `/sign-in?next=${encodeURIComponent(query ? `${pathname}?${query}` : pathname)}`;
}
