import type { RouterOutputs } from "../trpc/client";

type Datanet = RouterOutputs["review"]["queue"]["datanet"];

/** What a good row is: always beside the row. */
export function Guidelines({ datanet }: { datanet: Datanet }) {
  return (
    <aside
      aria-label="Guidelines"
      className="grid content-start gap-5 border-t border-line pt-5 lg:sticky lg:top-6 lg:max-h-[calc(100dvh-48px)] lg:self-start lg:overflow-y-auto lg:border-t-0 lg:border-l lg:pt-0 lg:pl-6"
    >
      <section aria-labelledby="review-guidelines">
        <h2 id="review-guidelines" className="font-semibold">
          Guidelines
        </h2>
        <p className="mt-1 max-w-reading break-words whitespace-pre-line">{datanet.guidelines}</p>
      </section>
      {datanet.labels.length > 0 ? (
        <section aria-labelledby="review-labels">
          <h2 id="review-labels" className="font-semibold">
            Labels
          </h2>
          <ul className="mt-1.5 flex flex-wrap gap-1.5">
            {datanet.labels.map((label) => (
              <li key={label} className="rounded-sm bg-sunken px-2 py-0.5 break-words">
                {label}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <section aria-labelledby="review-purpose">
        <h2 id="review-purpose" className="font-semibold">
          Purpose
        </h2>
        <p className="mt-1 max-w-reading break-words whitespace-pre-line">{datanet.purpose}</p>
      </section>
    </aside>
  );
}
