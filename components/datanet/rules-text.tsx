import { useId } from "react";

/** One part of a Datanet's rules, with its author's own line breaks. */
export function RulesText({ title, text }: { title: string; text: string }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="font-semibold">
        {title}
      </h2>
      <p className="mt-1 max-w-reading break-words whitespace-pre-line">{text}</p>
    </section>
  );
}

/** The labels that an answer is one of; nothing for a Datanet of free answers. */
export function RulesLabels({ labels }: { labels: readonly string[] }) {
  const id = useId();
  if (labels.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="font-semibold">
        Labels
      </h2>
      <ul className="mt-1.5 flex flex-wrap gap-1.5">
        {labels.map((label) => (
          <li key={label} className="rounded-sm bg-sunken px-2 py-0.5 break-words">
            {label}
          </li>
        ))}
      </ul>
    </section>
  );
}
