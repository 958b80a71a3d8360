"use client";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ErrorCallout } from "@/components/common/error-callout";
import { formatCount } from "@/components/common/numbers";
import { powerSentence } from "@/components/evaluation/power-sentence";
import { type RouterOutputs, useTRPCClient } from "@/components/trpc/client";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { CreateTrainingRunInput } from "@/server/training-run/schemas";
import { CommitRun } from "./commit-run";
import { PresetCards } from "./preset-cards";

export type Options = RouterOutputs["trainingRun"]["options"];
export type BaseOption = Options["bases"][number];

type TrainFormProps = { options: Options; versions: { id: string; number: number }[] };

/** Version, base and preset; then the run exists and its commitment is signed. */
export function TrainForm({ options, versions }: TrainFormProps) {
  const router = useRouter();
  const client = useTRPCClient();
  const [baseId, setBaseId] = useState(
    options.bases.find((base) => base.fits)?.id ?? options.bases[0]?.id ?? "",
  );
  const [preset, setPreset] = useState<"quick" | "balanced">("balanced");
  const [seed, setSeed] = useState(String(options.seed));
  const base = options.bases.find((item) => item.id === baseId);
  const input = { snapshotId: options.snapshot.id, baseId, preset, seed: Number(seed) };
  const checked = CreateTrainingRunInput.safeParse(input);
  const seedError = checked.success ? null : (checked.error.issues[0]?.message ?? null);
  const create = useMutation({ mutationFn: () => client.trainingRun.create.mutate(input) });

  if (create.data) return <CommitRun runId={create.data.runId} isAutoStarted />;
  return (
    <form
      className="grid max-w-3xl gap-8"
      onSubmit={(event) => {
        event.preventDefault();
        if (checked.success && !create.isPending) create.mutate();
      }}
    >
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label="Version" hint={rowsOf(options)}>
          <Select
            value={options.snapshot.id}
            onChange={(event) =>
              router.replace(`/datanets/${options.datanet.id}/train?version=${event.target.value}`)
            }
          >
            {versions.map((version) => (
              <option key={version.id} value={version.id}>
                Version {version.number}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Base model" hint={base ? baseHint(base) : undefined}>
          <Select value={baseId} onChange={(event) => setBaseId(event.target.value)}>
            {options.bases.map((item) => (
              <option key={item.id} value={item.id} disabled={!item.fits}>
                {item.name}
                {item.fits ? "" : " (does not fit into this machine’s memory)"}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {base ? (
        <PresetCards base={base} machine={machineOf(options)} value={preset} onChange={setPreset} />
      ) : null}
      <section>
        <h2 className="text-lg">Can this be proven?</h2>
        <p className="mt-1 max-w-reading">{powerSentence(options.power)}</p>
      </section>
      <details>
        <summary className="w-fit font-medium">For experts</summary>
        <div className="mt-3 grid gap-4">
          <Field
            label="Seed"
            hint="Same version, base, preset and seed: the same adapter, byte for byte."
            error={seedError}
            className="max-w-48"
          >
            <Input inputMode="numeric" value={seed} onChange={(event) => setSeed(event.target.value)} />
          </Field>
          {base ? <Settings base={base} preset={preset} /> : null}
        </div>
      </details>
      <section className="grid gap-3">
        <p className="max-w-reading text-muted">
          Before the first step your wallet records one number on the chain: a salted hash of the split, the
          metric and what this run sets out to show. So nobody can choose the test after seeing the result.
          The salt is published with the result.
        </p>
        {create.error ? <ErrorCallout error={create.error} onRetry={() => create.mutate()} /> : null}
        <div>
          <Button
            type="submit"
            variant="primary"
            isBusy={create.isPending}
            busyLabel="Writing the training files…"
            disabled={!checked.success}
          >
            Start and sign
          </Button>
        </div>
      </section>
    </form>
  );
}

const rowsOf = ({ snapshot: { split } }: Options) =>
  split ? `${formatCount(split.train)} rows to train on, ${formatCount(split.test)} test questions` : "";

const baseHint = (base: BaseOption) =>
  `${(base.parameters / 1e6).toFixed(1)} million parameters, licence ${base.licence}`;

const machineOf = ({ machine }: Options) =>
  machine.device === "cpu" ? `${machine.cores} CPU cores` : machine.device.toUpperCase();

function Settings({ base, preset }: { base: BaseOption; preset: string }) {
  const settings = base.presets.find((item) => item.preset === preset)?.settings;
  if (!settings) return null;
  const lines = [
    ["Rank / alpha", `${settings.rank} / ${settings.alpha}`, "how much the adapter can change"],
    ["Learning rate", String(settings.learningRate), "how large one step is"],
    ["Passes over the rows", String(settings.epochs), "raised until there are 50 steps"],
    ["Rows in a step", String(settings.batchSize), "averaged before each change"],
    ["Longest row", `${settings.maxLength} tokens`, "longer questions lose their end"],
  ];
  return (
    <dl className="grid gap-y-1 text-sm sm:grid-cols-[160px_120px_minmax(0,1fr)]">
      {lines.map(([name, value, note]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="num">{value}</dd>
          <dd className="text-muted">{note}</dd>
        </div>
      ))}
    </dl>
  );
}
