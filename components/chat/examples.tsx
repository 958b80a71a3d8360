"use client";
import type { RouterOutputs } from "../trpc/client";

type Example = RouterOutputs["chat"]["options"]["examples"][number];

/** Questions of the test to begin with: the adapter has not seen them in training. */
export function Examples({
  examples,
  onChoose,
}: {
  examples: Example[];
  onChoose: (prompt: string) => void;
}) {
  if (examples.length === 0) return null;
  return (
    <div>
      <p className="text-sm text-muted">Questions of the test, which it was not trained on:</p>
      <ul className="mt-1.5 flex flex-wrap gap-2">
        {examples.map(({ prompt }) => (
          <li key={prompt} className="min-w-0">
            <button
              type="button"
              onClick={() => onChoose(prompt)}
              className="min-h-7 max-w-full rounded-md border border-edge bg-surface px-2.5 py-1 text-left text-sm break-words hover:bg-sunken"
            >
              {prompt}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
