import { buttonClass } from "@/components/ui/button";

const FILES = [
  { name: "adapter_model.safetensors", what: "The weights, in PEFT format" },
  { name: "adapter_config.json", what: "How the weights attach to the base" },
  { name: "training_manifest.json", what: "Every hash of the training" },
];
const PUBLISHED = [
  { name: "card.json", what: "The card, as hashed on the chain" },
  { name: "snapshot_manifest.json", what: "The version: its root and every leaf" },
  { name: "split_manifest.json", what: "Which leaf was trained on, and which was a locked question" },
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
export function AdapterFiles({ adapterId, hasCard }: { adapterId: string; hasCard: boolean }) {
  const files = hasCard ? [...FILES, ...PUBLISHED] : FILES;
  return (
    <section className="mt-8">
      <h2 className="text-lg">Take it</h2>
      <p className="text-muted">
        Put the first two files into one folder; they load in plain PEFT with the same base.
      </p>
      <ul className="mt-3 divide-y divide-line border-y border-line">
        {files.map((file) => (
          <li key={file.name} className="flex flex-wrap items-center justify-between gap-3 py-2.5">
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
    </section>
  );
}
