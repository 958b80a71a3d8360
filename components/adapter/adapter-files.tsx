import { formatBytes } from "@/components/common/numbers";
import type { RouterOutputs } from "@/components/trpc/client";
import { buttonClass } from "@/components/ui/button";
import { AdapterExports } from "./adapter-exports";

const FILES = [
  { name: "adapter_model.safetensors", what: "The weights, in PEFT format" },
  { name: "adapter_config.json", what: "How the weights attach to the base" },
  { name: "training_manifest.json", what: "Every hash of the training" },
];
/** Of several Datanets each has its own two manifests, from the second on with its number. */
const published = (sources: { name: string }[]) => [
  { name: "card.json", what: "The card, as hashed on the chain" },
  ...sources.flatMap((source, i) => {
    const number = i > 0 ? `_${i + 1}` : "";
    const of = sources.length > 1 ? ` of ${source.name}` : "";
    return [
      { name: `snapshot_manifest${number}.json`, what: `The version${of}: its root and every leaf` },
      {
        name: `split_manifest${number}.json`,
        what: `Which leaf${of} was trained on, and which was a locked question`,
      },
    ];
  }),
  {
    name: "evaluation.json",
    what: "Every figure of before and after; sealed questions as right or wrong only",
  },
];

const SNIPPET = `from peft import PeftModel
from transformers import AutoModelForCausalLM

base = AutoModelForCausalLM.from_pretrained("path/to/base")
model = PeftModel.from_pretrained(base, "path/to/adapter")`;

/** Downloads and how to load them: plain PEFT, nothing of ours needed. */
export function AdapterFiles({ adapter }: { adapter: RouterOutputs["adapter"]["get"] }) {
  const { id: adapterId, card, origin, weightsBytes, sources, isPrivate } = adapter;
  const own = origin === "imported" || isPrivate ? FILES.slice(0, 2) : FILES;
  const record = published(sources).filter(({ name }) => !isPrivate || name === "card.json");
  const files = card ? [...own, ...record] : own;
  return (
    <section className="far mt-8">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 className="text-lg">Take it</h2>
          <p className="text-muted">
            One archive with weights, card, licences, contributors, verdict and how to load it; or file by
            file.
          </p>
        </div>
        <a href={`/api/adapters/${adapterId}/take`} download className={buttonClass({})}>
          Download all (.zip{weightsBytes === null ? "" : `, about ${formatBytes(weightsBytes)}`})
        </a>
      </div>
      <ul className="mt-3 divide-y divide-line border-y border-line">
        {files.map((file) => (
          <li key={file.name} className="flex items-center justify-between gap-3 py-2.5">
            <span className="min-w-0">
              <span className="font-mono text-sm break-all">{file.name}</span>
              <span className="block text-sm text-muted">{file.what}</span>
            </span>
            <a
              href={`/api/adapters/${adapterId}/files/${file.name}`}
              download
              className={buttonClass({ size: "sm" })}
              aria-label={`Download ${file.name}`}
            >
              Download
            </a>
          </li>
        ))}
      </ul>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: code that scrolls sideways must be reachable by keyboard */}
      <pre className="mt-3 overflow-x-auto rounded-md bg-sunken p-3 font-mono text-sm" tabIndex={0}>
        {SNIPPET}
      </pre>
      <AdapterExports adapterId={adapterId} />
    </section>
  );
}
