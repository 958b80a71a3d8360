import type { ReactNode } from "react";

/** Readable with no wallet: no wallet code is loaded below here. */
export default function PublicLayout({ children }: { children: ReactNode }) {
  return children;
}
