import { z } from "zod";
import { readArtifact } from "@/server/runner/artifact";

/** influence.json as the runner writes it: nats per answer token of sealed test loss, positive = helped; an estimate. */
const Total = z.object({ value: z.number(), low: z.number(), high: z.number() });
const Group = Total.extend({
  id: z.uuid(),
  rows: z.int().min(0),
  /** The same on the questions of other groups only; null where they are too few. */
  others: Total.nullish().transform((others) => others ?? null),
});
const Example = z
  .object({ id: z.uuid(), value: z.number(), test_id: z.uuid().nullish() })
  .transform(({ test_id, ...rest }) => ({ ...rest, testId: test_id ?? null }));

const Influence = z.object({
  format: z.literal("modelfactory.influence/1"),
  method: z.string(),
  unit: z.string(),
  checkpoints: z.array(z.number()),
  interval: z.string().nullish(),
  contributors: z.array(Group),
  contributions: z.array(Group),
  /** Empty for a run on one Datanet whose rows name none, and in files written before Datanets could be joined. */
  datanets: z.array(Group).default([]),
  rows: z.array(z.object({ id: z.uuid(), value: z.number() })),
  examples: z.object({ helped: z.array(Example), hurt: z.array(Example) }),
  seconds: z.number(),
});
export type Influence = z.output<typeof Influence>;

/** Throws RUNNER_PROTOCOL when the file is not of the agreed form. */
export function parseInfluence(content: Uint8Array): Influence {
  return readArtifact("influence.json", Influence, content);
}

/** A sign is claimed only when the whole interval lies on one side of zero. */
export function signOf({ low, high }: { low: number; high: number }): "+" | "-" | "0" {
  if (low > 0) return "+";
  return high < 0 ? "-" : "0";
}
