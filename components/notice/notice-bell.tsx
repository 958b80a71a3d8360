"use client";
import { useQuery } from "@tanstack/react-query";
import { Bell } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { Link } from "@/components/ui/link";
import { useTRPC } from "../trpc/client";
import { buttonClass } from "../ui/button";
import { useWebNotices } from "./web-notices";
import { type Notice, noticeWords, shownCount } from "./words";

const POLL_MS = 10_000;

/** The way to the notices, with how many are unread. For signed-in people. */
export function NoticeBell() {
  const trpc = useTRPC();
  const webNotices = useWebNotices();
  const { data } = useQuery(
    trpc.notice.unread.queryOptions(undefined, {
      refetchInterval: POLL_MS,
      refetchIntervalInBackground: webNotices === "on",
    }),
  );
  useOutside(data?.newest, webNotices === "on");
  const unread = data?.unread ?? 0;
  return (
    <>
      <Link
        href="/notices"
        // The name says what is seen: somebody who speaks to the page reads it out.
        aria-label={unread > 0 ? `Notices, ${shownCount(unread)} unread` : "Notices"}
        className={buttonClass({ variant: "ghost", size: "sm" }, "px-2")}
      >
        <Bell aria-hidden="true" className="size-4" />
        {unread > 0 ? (
          <span aria-hidden="true" className="rounded-sm bg-accent px-1 text-xs text-on-accent tabular-nums">
            {shownCount(unread)}
          </span>
        ) : null}
      </Link>
      <p role="status" className="sr-only">
        {unread > 0 ? `${unread} unread ${unread === 1 ? "notice" : "notices"}` : ""}
      </p>
    </>
  );
}

/** Null where a page may not show one itself: Chrome on Android has the constructor, and it throws. */
function notify(title: string, options: NotificationOptions): Notification | null {
  try {
    return new Notification(title, options);
  } catch {
    return null;
  }
}

/** Shows what arrives while the page is open; what waited already is only counted. The tag makes two tabs one. */
function useOutside(newest: Notice[] | undefined, isOn: boolean): void {
  const router = useRouter();
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!newest) return;
    const before = known.current;
    known.current = new Set([...(before ?? []), ...newest.map(({ id }) => id)]);
    if (!before || !isOn) return;
    for (const notice of newest) {
      if (before.has(notice.id)) continue;
      const { title, body, href } = noticeWords(notice);
      const shown = notify(title, { body, tag: notice.id, icon: "/icon.svg" });
      if (!shown) return;
      shown.onclick = () => {
        window.focus();
        router.push(href);
        shown.close();
      };
    }
  }, [newest, isOn, router]);
}
