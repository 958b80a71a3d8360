"use client";
import { useQuery } from "@tanstack/react-query";
import { formatCount } from "@/components/common/numbers";
import { useTRPC } from "@/components/trpc/client";

/** How many rows of a version rest on signed decisions, and of how many people. */
export function SignedCover({ snapshotId }: { snapshotId: string }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.review.signedCover.queryOptions({ snapshotId }));
  if (!data) return "…";
  const unread = data.unread > 0 ? `; ${formatCount(data.unread)} accepted unread by sampling` : "";
  if (data.signed === 0) return `none of ${formatCount(data.rows)} rows${unread}`;
  const people = data.people === 1 ? "one person" : `${formatCount(data.people)} people`;
  return `${formatCount(data.signed)} of ${formatCount(data.rows)} rows, by ${people}${unread}`;
}
