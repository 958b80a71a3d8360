import { z } from "zod";
import { readArtifact } from "@/server/runner/artifact";

/** replay.json as the runner writes it: nats per answer token of sealed test loss, positive = helped. */
const Traced = z.object({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  /** The same on each category's own questions; empty where there is only one. */
  categories: z.record(z.string(), z.number()),
});
const Group = Traced.extend({ id: z.uuid(), rows: z.int().min(0) });

const Replay = z
  .object({
    format: z.literal("modelfactory.replay/1"),
    method: z.string(),
    unit: z.string(),
    steps: z.int().positive(),
    adam_eps: z.number().positive(),
    reload: z.object({ is_equal: z.boolean(), logged: z.number(), reproduced: z.number() }),
    interval: z.string(),
    items: z.int().positive(),
    test_loss: z.number(),
    categories: z.array(z.object({ id: z.string(), items: z.int(), loss: z.number() })),
    contributors: z.array(Group),
    contributions: z.array(Group),
    datanets: z.array(Group),
    rows: z.array(Traced.extend({ id: z.uuid() })),
    seconds: z.number(),
  })
  .transform(({ adam_eps, test_loss, reload, ...rest }) => ({
    ...rest,
    adamEps: adam_eps,
    testLoss: test_loss,
    isEqual: reload.is_equal,
  }));
export type Replay = z.output<typeof Replay>;

/** Throws RUNNER_PROTOCOL when the file is not of the agreed form. */
export function parseReplay(content: Uint8Array): Replay {
  return readArtifact("replay.json", Replay, content);
}
