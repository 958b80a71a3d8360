"use client";
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "@/components/ui/link";
import { RequireSignIn } from "../account/require-sign-in";
import { EmptyState } from "../common/empty-state";
import { ErrorCallout } from "../common/error-callout";
import { formatCount } from "../common/numbers";
import { PageHeader } from "../common/page-header";
import { StatusBadge } from "../common/status-badge";
import { TimeAgo } from "../common/time-ago";
import { useTRPC } from "../trpc/client";
import { Button, LinkButton } from "../ui/button";
import { Skeleton } from "../ui/skeleton";
import { WebNoticeSwitch } from "./web-notice-switch";
import { type Notice, noticeWords } from "./words";

export function NoticeScreen() {
  return (
    <>
      <PageHeader title="Notices" sentence="What happened to your rows, runs and adapters." />
      <RequireSignIn purpose="see your notices">
        <div className="grid gap-10">
          <NoticeList />
          <WebNoticeSwitch />
        </div>
      </RequireSignIn>
    </>
  );
}

function NoticeList() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isUnread, setIsUnread] = useState(false);
  const waiting = useQuery(trpc.notice.unread.queryOptions());
  const query = useInfiniteQuery(
    trpc.notice.list.infiniteQueryOptions(isUnread ? { isUnread } : {}, {
      getNextPageParam: (page) => page.next ?? undefined,
      initialCursor: undefined,
      placeholderData: keepPreviousData,
    }),
  );
  const read = useMutation(
    trpc.notice.read.mutationOptions({
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.notice.pathKey() }),
    }),
  );
  if (query.error && !query.data) return <ErrorCallout error={query.error} onRetry={query.refetch} />;
  if (!query.data) return <Skeleton className="h-40" />;
  const notices = query.data.pages.flatMap((page) => page.items);
  if (notices.length === 0 && !isUnread) return <NoNotices />;
  return (
    <section aria-label="Your notices" className="max-w-reading">
      <ErrorCallout error={read.error ?? query.error} className="mb-4" />
      <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
        <fieldset className="flex gap-1.5">
          <legend className="sr-only">Which notices</legend>
          {[false, true].map((value) => (
            <Button
              key={String(value)}
              size="sm"
              variant={value === isUnread ? "secondary" : "ghost"}
              aria-pressed={value === isUnread}
              onClick={() => setIsUnread(value)}
            >
              {value ? "Unread" : "All"}
              {value && waiting.data ? (
                <span className="num text-muted">{formatCount(waiting.data.unread)}</span>
              ) : null}
            </Button>
          ))}
        </fieldset>
        {waiting.data?.unread ? (
          <Button size="sm" onClick={() => read.mutate({})} isBusy={read.isPending} busyLabel="Marking…">
            Mark all as read
          </Button>
        ) : null}
      </div>
      {notices.length === 0 ? (
        <p className="border-y border-line py-4 text-muted">You have read everything.</p>
      ) : null}
      <ul className="divide-y divide-line border-y border-line empty:hidden">
        {notices.map((notice) => (
          <NoticeRow key={notice.id} notice={notice} onOpen={() => read.mutate({ noticeId: notice.id })} />
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button className="mt-4" onClick={() => query.fetchNextPage()} isBusy={query.isFetchingNextPage}>
          Show older notices
        </Button>
      ) : null}
    </section>
  );
}

function NoticeRow({ notice, onOpen }: { notice: Notice; onOpen: () => void }) {
  const { title, body, href } = noticeWords(notice);
  const isUnread = notice.readAt === null;
  return (
    <li className="py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <Link href={href} onClick={isUnread ? onOpen : undefined} className="link font-medium">
          {title}
        </Link>
        <span className="flex items-baseline gap-3 text-sm text-muted">
          {isUnread ? <StatusBadge tone="info" label="Unread" /> : null}
          <TimeAgo at={notice.createdAt} />
        </span>
      </div>
      <p className="mt-0.5 break-words text-muted">{body}</p>
    </li>
  );
}

const NoNotices = () => (
  <EmptyState
    title="Nothing yet"
    body="You are told here when your rows were reviewed, when your training run ends, and when your adapter is final on the chain."
    action={<LinkButton href="/datanets">See the Datanets</LinkButton>}
  />
);
