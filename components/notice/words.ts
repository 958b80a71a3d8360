import type { RouterOutputs } from "../trpc/client";

export type Notice = RouterOutputs["notice"]["list"]["items"][number];
type Words = { title: string; body: string; href: string };

/** What a notice says and where it leads. */
export function noticeWords({ kind, subjectId, facts }: Pick<Notice, "kind" | "subjectId" | "facts">): Words {
  switch (kind) {
    case "contribution.reviewed":
      return {
        title: "Your rows were reviewed",
        body: `${facts.file}: ${facts.accepted} accepted, ${facts.rejected} rejected${facts.sentBack ? `, ${facts.sentBack} sent back to you` : ""}.`,
        href: `/contributions/${subjectId}`,
      };
    case "contribution.sentBack":
      return {
        title: facts.rows === 1 ? "A row was sent back to you" : "Rows were sent back to you",
        body: `${facts.file}: ${facts.rows} ${facts.rows === 1 ? "row" : "rows"} to mend and submit again.`,
        href: `/contributions/${subjectId}`,
      };
    case "run.finished":
      return {
        title: "Your training run finished",
        body: `${facts.datanet}, ${facts.preset}. See whether it got better, and because of whose data.`,
        href: `/runs/${subjectId}`,
      };
    case "run.failed":
      return {
        title: "Your training run failed",
        body: [`${facts.datanet}, ${facts.preset}.`, facts.problem].filter(Boolean).join(" "),
        href: `/runs/${subjectId}`,
      };
    case "adapter.final":
      return {
        title: "Your adapter is final on the chain",
        body: `${facts.name}. Anyone can re-check it now.`,
        href: `/adapters/${subjectId}`,
      };
    case "task.opened":
      return {
        title: "There is a task for you",
        body: [facts.datanet, facts.task].filter(Boolean).join(": "),
        href: facts.datanetId ? `/datanets/${facts.datanetId}#tasks` : "/datanets",
      };
    case "task.done":
      return {
        title: "Examples were accepted for a wrong answer you reported",
        body: `${facts.datanet}: ${facts.task} The next training run can learn from them.`,
        href: `/datanets/${facts.datanetId}#tasks`,
      };
    case "removal.done":
      return {
        title: "The removal check is done",
        body: [facts.datanet, facts.contributor && `without ${facts.contributor}`].filter(Boolean).join(", "),
        href: `/runs/${facts.runId ?? subjectId}`,
      };
    case "trace.done":
      return {
        title: "The training was traced to its rows",
        body: `${facts.datanet}: what each row did, step by step, beside the fast estimate.`,
        href: `/runs/${facts.runId ?? subjectId}`,
      };
  }
}

/** The count beside the bell: more than two digits say nothing more. */
export const shownCount = (unread: number) => (unread > 99 ? "99+" : String(unread));
