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

/** The labels that an answer is one of, or the fields that it fills; nothing for a Datanet of free answers. */
export function RulesNames({ labels, fields }: { labels: readonly string[]; fields: readonly string[] }) {
  const id = useId();
  const names = labels.length > 0 ? labels : fields;
  if (names.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="font-semibold">
        {labels.length > 0 ? "Labels" : "Fields"}
      </h2>
      <ul className="mt-1.5 flex flex-wrap gap-1.5">
        {names.map((name) => (
          <li key={name} className="rounded-sm bg-sunken px-2 py-0.5 break-words">
            {name}
          </li>
        ))}
      </ul>
    </section>
  );
}
