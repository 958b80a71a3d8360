import { setImmediate } from "node:timers/promises";
import { and, eq } from "drizzle-orm";
import { adapters, type ImportedFacts } from "@/db/schema";
import { appendAudit } from "@/server/audit/append";
import { sha256Hex } from "@/server/chain/hash";
import { requireLicence } from "@/server/contribution/licence";
import { AppError } from "@/server/errors";
import { requireRate } from "@/server/rate-limit";
import type { RunnerClient } from "@/server/runner/client";
import { askRunner, webRunner } from "@/server/training-run/runner";
import type { SignedInContext } from "@/server/trpc";
import { checkFinite } from "./import/check-finite";
import { checkTensors } from "./import/check-tensors";
import { pickFiles, type SentFile } from "./import/pick-files";
import { readConfig } from "./import/read-config";
import { headerLength, readHeader } from "./import/read-header";
import { refusal } from "./import/refusal";
import type { ImportAbout } from "./schemas";

const PREFIX_BYTES = 8;

/**
 * Brings in an adapter made elsewhere. Our own check reads the files (nothing of them is ever run): names, types and
 * shapes against the chosen base, offsets, finite numbers. It is stored by hash and marked: nothing is known of its
 * data, so it can be measured and taken, not published.
 * Errors: BASE_UNKNOWN, LICENCE_REQUIRED, DUPLICATE_ADAPTER, CANCELLED, those of the checks, RUNNER_UNAVAILABLE.
 */
export async function importAdapter(
  ctx: SignedInContext,
  input: { about: ImportAbout; files: SentFile[]; content: Buffer; signal?: AbortSignal },
  runner: RunnerClient = webRunner(),
): Promise<{ adapterId: string }> {
  requireRate(ctx, { name: "adapter.import", limit: 10, windowMs: 60_000 });
  const { about } = input;
  const licence = requireLicence(about.licence);
  const { weights, config } = pickFiles(input.files, input.content);
  const said = readConfig(config);
  const length = headerLength(weights, weights.length);
  const data = weights.subarray(PREFIX_BYTES + length);
  const tensors = readHeader(weights.subarray(PREFIX_BYTES, PREFIX_BYTES + length), data.length);
  const base = (await askRunner(() => runner.bases())).find(({ id }) => id === about.baseId);
  if (!base?.isAvailable) throw baseUnknown(about.baseId);
  const modules = checkTensors(tensors, said, await askRunner(() => runner.linearShapes(base.id)));
  await checkFinite(tensors, inPieces(data, input.signal));

  const sha256 = sha256Hex(weights);
  const imported: ImportedFacts = {
    baseHash: base.baseHash,
    licence,
    source: about.source,
    statedBase: said.statedBase,
    rank: said.rank,
    alpha: said.alpha,
    modules,
    dtype: [...new Set(tensors.map(({ dtype }) => dtype))].sort().join(", "),
    tensors: tensors.length,
    parameters: tensors.reduce((sum, { shape }) => sum + shape[0]! * shape[1]!, 0),
    bytes: weights.length,
  };
  if (input.signal?.aborted) throw cancelled();
  await ctx.blobs.put(weights);
  const { sha256: configSha256 } = await ctx.blobs.put(config);
  return ctx.db.transaction(async (tx) => {
    const [made] = await tx
      .insert(adapters)
      .values({
        origin: "imported",
        builderId: ctx.actor.accountId,
        name: about.name,
        baseId: base.id,
        sha256,
        configSha256,
        imported,
      })
      .onConflictDoNothing()
      .returning({ id: adapters.id });
    if (!made) throw await duplicate(ctx, sha256);
    await appendAudit(tx, {
      actorId: ctx.actor.accountId,
      action: "adapter.import",
      subject: `adapter:${made.id}`,
      data: { sha256, configSha256, baseId: base.id, baseHash: base.baseHash, licence },
    });
    return { adapterId: made.id };
  });
}

/** Others are served between two pieces, and a sender who went away is noticed. */
async function* inPieces(data: Uint8Array, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const step = 1 << 20;
  for (let at = 0; at < data.length; at += step) {
    await setImmediate();
    if (signal?.aborted) throw cancelled();
    yield data.subarray(at, at + step);
  }
}

/** Nobody reads it: its sender has gone. */
const cancelled = () =>
  refusal("CANCELLED", "It was cancelled before it was checked.", "Send the files again.", "BAD_REQUEST");

const baseUnknown = (baseId: string) =>
  refusal(
    "BASE_UNKNOWN",
    `The base model ${baseId.slice(0, 80)} is not offered here.`,
    "Choose one of the list; an administrator can add to it.",
  );

/** Carries the first one's id, so that a page can link it. */
export class DuplicateAdapterError extends AppError {
  readonly adapterId: string;

  constructor({ id, name }: { id: string; name: string }) {
    super(
      "CONFLICT",
      "DUPLICATE_ADAPTER",
      `You have this very file here already, as “${name}”.`,
      "Open that adapter, or choose other files.",
    );
    this.adapterId = id;
  }
}

async function duplicate(ctx: SignedInContext, sha256: string): Promise<DuplicateAdapterError> {
  const [first] = await ctx.db
    .select({ id: adapters.id, name: adapters.name })
    .from(adapters)
    .where(and(eq(adapters.sha256, sha256), eq(adapters.builderId, ctx.actor.accountId)));
  return new DuplicateAdapterError(first!);
}
