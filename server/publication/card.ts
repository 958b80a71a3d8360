import { PRIVATE_NAME } from "@/server/access/visible";
import type { Ability } from "@/server/evaluation/ability";
import { abilitySentence } from "@/server/evaluation/words";
import type { Facts } from "./facts";

/**
 * The adapter's card: measured facts only, failures included. Numbers come from the evaluation; nothing is typed in.
 * Its canonical JSON is hashed into the on-chain record.
 */
export function buildCard(
  facts: Facts,
  evaluationHash: string,
  ability: (Ability & { sha256: string }) | null = null,
) {
  const { adapter, run, snapshot, datanet, evaluation, builder, sources, excluded } = facts;
  return {
    format: "modelfactory.card/1",
    name: adapter.name,
    builder: builder.address,
    base: { id: run.baseId, hash: run.baseHash },
    adapter: { sha256: adapter.sha256, configSha256: adapter.configSha256, format: "PEFT LoRA, safetensors" },
    data: {
      datanet: publicName(datanet),
      datanetId: String(datanet.chainDatanetId ?? ""),
      goal: datanet.goal,
      licence: facts.licence.ok ? facts.licence.licence : datanet.licence,
      version: snapshot.number,
      root: snapshot.root,
      rows: snapshot.rows,
      split: snapshot.split,
      ...(sources.length > 1 ? { datanets: sources.map(sourceOf), dropped: run.dropped } : {}),
      ...(excluded.length > 0 ? { excludedContributors: excluded } : {}),
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
    ...(ability
      ? {
          ability: {
            sha256: ability.sha256,
            suite: ability.suite,
            margin: ability.margin,
            overall: ability.overall,
            abilities: ability.abilities,
          },
        }
      : {}),
    runCommit: { hash: run.runCommit, salt: run.commitSalt, metric: run.metric, hypothesis: run.hypothesis },
    limits: [
      sources.length > 1
        ? "Measured on the locked tests of these Datanet versions; other data may give other results."
        : "Measured on one locked test of this Datanet version; other data may give other results.",
      "One seed: the figures speak of this run, not of the recipe.",
      ability
        ? abilitySentence(ability.overall, ability.margin)
        : "General ability outside this task was not measured.",
    ],
  };
}

/** The card goes out for good, so a Datanet that is private then is not named on it. */
const publicName = ({ name, readAccess }: Facts["datanet"]) =>
  readAccess === "everyone" ? name : PRIVATE_NAME;

/** One of several Datanets; the fields above are those of the first. */
const sourceOf = ({ datanet, snapshot }: Facts["sources"][number]) => ({
  datanet: publicName(datanet),
  datanetId: String(datanet.chainDatanetId ?? ""),
  licence: datanet.licence,
  version: snapshot.number,
  root: snapshot.root,
  rows: snapshot.rows,
  split: snapshot.split,
});
