import type { Readable } from "node:stream";
import { eq } from "drizzle-orm";
import { adapterCards } from "@/db/schema";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { loadFacts } from "@/server/publication/facts";

const NAMES = [
  "adapter_model.safetensors",
  "adapter_config.json",
  "training_manifest.json",
  "influence.json",
  "evaluation.json",
  "card.json",
  "snapshot_manifest.json",
  "split_manifest.json",
] as const;

/**
 * Opens one public file of an adapter. evaluation.json is the public form, and the manifests name rows by salted leaf:
 * sealed questions stay secret.
 */
export async function openAdapterFile(
  ctx: Context,
  input: { adapterId: string; name: string },
): Promise<{ stream: Readable; bytes: number; sha256: string }> {
  if (!(NAMES as readonly string[]).includes(input.name)) throw notFound("file");
  const facts = await loadFacts(ctx.db, input.adapterId);
  const sha256 = await hashOf(ctx, facts, input.name as (typeof NAMES)[number]);
  if (!sha256 || !(await ctx.blobs.has(sha256))) throw notFound("file");
  return { stream: ctx.blobs.open(sha256), bytes: await ctx.blobs.size(sha256), sha256 };
}

async function hashOf(
  ctx: Context,
  { adapter, run, snapshot }: Awaited<ReturnType<typeof loadFacts>>,
  name: (typeof NAMES)[number],
): Promise<string | undefined> {
  if (name === "adapter_model.safetensors") return adapter.sha256;
  if (name === "adapter_config.json") return adapter.configSha256;
  if (name === "snapshot_manifest.json") return snapshot.manifestSha256 ?? undefined;
  if (name === "split_manifest.json") return snapshot.splitSha256 ?? undefined;
  if (name === "training_manifest.json") return run.artifacts[name];
  const [card] = await ctx.db.select().from(adapterCards).where(eq(adapterCards.adapterId, adapter.id));
  if (name === "card.json") return card?.sha256;
  if (name === "evaluation.json") return (card?.card.evaluation as { sha256: string } | undefined)?.sha256;
  return run.artifacts[name];
}
