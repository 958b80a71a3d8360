import { z } from "zod";
import { readArtifact } from "@/server/runner/artifact";

/** test_loss.json as the runner writes it: nats per answer token of sealed test loss, positive = worse without the rows. */
const TestLoss = z.object({
  format: z.literal("modelfactory.test-loss/1"),
  items: z.int().positive(),
  before: z.number(),
  after: z.number(),
  change: z.object({ value: z.number(), low: z.number(), high: z.number() }),
});

/** Throws RUNNER_PROTOCOL when the file is not of the agreed form. */
export function parseTestLoss(content: Uint8Array): z.output<typeof TestLoss> {
  return readArtifact("test_loss.json", TestLoss, content);
}
