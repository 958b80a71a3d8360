import { formatCount } from "@/components/common/numbers";
import { AnswerPair } from "@/components/evaluation/answer-pair";
import type { Comparison } from "./compare-words";

/** Which shown questions the second run broke and which it fixed; what got worse comes first. */
export function CompareItems({ compared }: { compared: Comparison }) {
  const { items } = compared;
  return (
    <section className="grid grid-cols-1 gap-6">
      <div>
        <h2 className="text-lg">Questions that changed</h2>
        <p className="num mt-1 max-w-reading text-sm text-muted">
          {formatCount(items.shown)} of the shared questions may be shown; {formatCount(items.sealed)} stay
          sealed and count in the totals only.
        </p>
      </div>
      <Changed
        title="Got worse on"
        items={items.broken}
        total={items.brokenCount}
        none="None of those shown."
      />
      <Changed title="Fixed" items={items.fixed} total={items.fixedCount} none="None of those shown." />
    </section>
  );
}

type ChangedProps = {
  title: string;
  items: Comparison["items"]["fixed"];
  total: number;
  none: string;
};

function Changed({ title, items, total, none }: ChangedProps) {
  return (
    <div>
      <h3>
        {title} <span className="num text-muted">{formatCount(total)}</span>
      </h3>
      {items.length === 0 ? (
        <p className="mt-2 border-y border-line py-3 text-muted">{none}</p>
      ) : (
        <ul className="mt-2 divide-y divide-line border-y border-line">
          {items.map((item) => (
            <AnswerPair key={item.id} item={item} names={["First", "Second"]} />
          ))}
        </ul>
      )}
      {total > items.length ? (
        <p className="num mt-1 text-sm text-muted">The first {formatCount(items.length)} are listed.</p>
      ) : null}
    </div>
  );
}
