import type { Facts } from "./facts";

/**
 * The adapter's card: measured facts only, failures included. Numbers come from the evaluation; nothing is typed in.
 * Its canonical JSON is hashed into the on-chain record.
 */
export function buildCard(facts: Facts, evaluationHash: string) {
  const { adapter, run, snapshot, datanet, evaluation, builder } = facts;
  return {
    format: "modelfactory.card/1",
    name: adapter.name,
    builder: builder.address,
    base: { id: run.baseId, hash: run.baseHash },
    adapter: { sha256: adapter.sha256, configSha256: adapter.configSha256, format: "PEFT LoRA, safetensors" },
    data: {
      datanet: datanet.name,
      datanetId: String(datanet.chainDatanetId ?? ""),
      goal: datanet.goal,
      licence: datanet.licence,
      version: snapshot.number,
      root: snapshot.root,
      rows: snapshot.rows,
      split: snapshot.split,
    },
    training: { preset: run.preset, seed: run.seed, config: run.config, configHash: run.configHash },
    evaluation: evaluation
      ? {
          sha256: evaluationHash,
          verdict: evaluation.verdict,
          opening: evaluation.opening,
          summary: evaluation.summary,
        }
      : null,
    runCommit: { hash: run.runCommit, salt: run.commitSalt, metric: run.metric, hypothesis: run.hypothesis },
    limits: [
      "Measured on one locked test of this Datanet version; other data may give other results.",
      "One seed: the figures speak of this run, not of the recipe.",
      "General ability outside this task was not measured.",
    ],
  };
}
