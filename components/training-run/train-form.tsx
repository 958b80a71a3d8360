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
import { Select } from "@/components/ui/select";
import type { Preset } from "@/db/schema/training-run.constants";
import { CreateTrainingRunInput } from "@/server/training-run/schemas";
import { BaseFits } from "./base-fits";
import { ExpertPanel } from "./expert-panel";
import { type OwnSettings, presetValues, settingProblems, settingsOf, takenOver } from "./expert-settings";
import { MixBlock } from "./mix-block";
import { PresetCards } from "./preset-cards";
import type { Run } from "./run-words";
import { useEstimates } from "./use-estimates";
import { useMix } from "./use-mix";

export type Options = RouterOutputs["trainingRun"]["options"];
export type BaseOption = Options["bases"][number];

type TrainFormProps = {
  options: Options;
  versions: { id: string; number: number }[];
  /** The run whose settings are taken over. */
  from: Run | null;
};

/** Version, base and preset; then the run exists and is checked, and on its page its commitment is signed. */
export function TrainForm({ options, versions, from }: TrainFormProps) {
  const router = useRouter();
  const client = useTRPCClient();
  const mix = useMix(options.datanet.id, options.snapshot.id);
  const [baseId, setBaseId] = useState(
    (
      options.bases.find((base) => base.fits && base.id === mix.prefill.base) ??
      options.bases.find((base) => base.fits && base.isDefault) ??
      options.bases.find((base) => base.fits)
    )?.id ?? "",
  );
  const [preset, setPreset] = useState<Preset>(mix.prefill.preset ?? "quick");
  const [seed, setSeed] = useState(String(mix.prefill.seed ?? options.seed));
  const base = options.bases.find((item) => item.id === baseId);
  const [own, setOwn] = useState<OwnSettings>(
    base && from?.baseId === baseId ? takenOver(from.config, presetValues(base, preset)) : {},
  );
  const settings = settingsOf(own);
  const input = { ...mix.input, baseId, preset, seed: Number(seed), settings };
  const checked = CreateTrainingRunInput.safeParse(input);
  const problems = settingProblems(own, checked.error?.issues ?? [], base, options.machine);
  const isValid = checked.success && Object.keys(problems).length === 0;
  const estimates = useEstimates(input, settings, isValid);
  const create = useMutation({
    mutationFn: () => client.trainingRun.create.mutate(input),
    onSuccess: ({ runId }) => router.push(`/runs/${runId}`),
  });
  const isLeaving = create.isPending || create.isSuccess;

  return (
    <form
      className="grid max-w-3xl gap-8"
      onSubmit={(event) => {
        event.preventDefault();
        if (isValid && mix.isReady && !isLeaving) create.mutate();
      }}
    >
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label="Version" hint={rowsOf(options)}>
          <Select
            value={options.snapshot.id}
            onChange={(event) => router.replace(mix.hrefWith({ version: event.target.value }))}
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
                {unfit(item)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <BaseFits bases={options.bases} />
      <MixBlock mix={mix} />
      {base ? (
        <PresetCards
          base={base}
          machine={machineOf(options)}
          value={preset}
          estimates={estimates}
          onChange={setPreset}
        />
      ) : null}
      <section>
        <h2 className="text-lg">Can this be proven?</h2>
        <p className="mt-1 max-w-reading">{powerSentence(mix.data?.power ?? options.power)}</p>
      </section>
      {base ? (
        <ExpertPanel
          base={base}
          machine={options.machine}
          preset={preset}
          own={own}
          onChange={setOwn}
          seed={seed}
          onSeed={setSeed}
          problems={problems}
        />
      ) : null}
      <section className="grid gap-3">
        <p className="max-w-reading text-muted">
          First two steps are tried, which takes seconds: whether the rows, the memory and the disk will do.
          Then your wallet records one number on the chain: a salted hash of the split, the metric and what
          this run sets out to show. So nobody can choose the test after seeing the result. The salt is
          published with the result.
        </p>
        {create.error ? <ErrorCallout error={create.error} onRetry={() => create.mutate()} /> : null}
        <div>
          <Button
            type="submit"
            variant="primary"
            isBusy={isLeaving}
            busyLabel="Writing the training files…"
            disabled={!isValid || !mix.isReady}
          >
            Check the run
          </Button>
        </div>
      </section>
    </form>
  );
}

const rowsOf = ({ snapshot: { split } }: Options) =>
  split ? `${formatCount(split.train)} rows to train on, ${formatCount(split.test)} test questions` : "";

const baseHint = (base: BaseOption) =>
  `${(base.parameters / 1e6).toFixed(1)} million parameters, reads up to ${formatCount(base.contextLength)} tokens, licence ${base.licence}`;

const unfit = (base: BaseOption) =>
  base.fits
    ? ""
    : base.unavailableReason
      ? " (not prepared yet)"
      : " (does not fit into this machine’s memory)";

const machineOf = ({ machine }: Options) =>
  machine.device === "cpu" ? `${machine.cores} CPU cores` : machine.device.toUpperCase();
