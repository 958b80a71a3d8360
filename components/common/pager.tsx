import { Button } from "../ui/button";
import { formatCount } from "./numbers";

type PagerProps = {
  /** The first is 0. */
  page: number;
  pageSize: number;
  total: number;
  onPage: (page: number) => void;
  /** What the two buttons are called; a list by time says "Newer" and "Older". */
  words?: { back: string; on: string };
};

/** For a list that is not by time. */
export const BY_ORDER = { back: "Before", on: "Next" };
const BY_TIME = { back: "Newer", on: "Older" };

/** The pages of a list; nothing where one page holds it all. */
export function Pager({ page, pageSize, total, onPage, words = BY_TIME }: PagerProps) {
  const pages = Math.ceil(total / pageSize);
  if (pages < 2) return null;
  return (
    <nav aria-label="Pages" className="mt-4 flex items-center gap-3">
      <Button size="sm" disabled={page === 0} onClick={() => onPage(page - 1)}>
        {words.back}
      </Button>
      <span className="num text-sm text-muted">
        Page {formatCount(page + 1)} of {formatCount(pages)}
      </span>
      <Button size="sm" disabled={page + 1 >= pages} onClick={() => onPage(page + 1)}>
        {words.on}
      </Button>
    </nav>
  );
}
