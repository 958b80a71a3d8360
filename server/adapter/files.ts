import type { Readable } from "node:stream";
import { eq } from "drizzle-orm";
import { adapterCards } from "@/db/schema";
import { mayReadRun } from "@/server/access/require";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import { loadFacts } from "@/server/publication/facts";
import { loadAdapter } from "./policy";

/** Of a published adapter everybody may have these; the others tell of the rows it was made from. */
const OF_NO_ROWS = ["adapter_model.safetensors", "adapter_config.json", "ability.json", "card.json"];
const NAMES = [
  "adapter_model.safetensors",
  "adapter_config.json",
  "training_manifest.json",
  "influence.json",
  "ability.json",
  "evaluation.json",
  "card.json",
] as const;

/** Of a run on several Datanets the others' manifests carry their position: snapshot_manifest_2.json. */
const MANIFEST = /^(snapshot|split)_manifest(?:_([2-8]))?\.json$/;

/**
 * Opens one public file of an adapter. evaluation.json is the public form, and the manifests name rows by salted leaf:
 * sealed questions stay secret. Error: NOT_FOUND.
 */
export async function openAdapterFile(
  ctx: Context,
  input: { adapterId: string; name: string },
): Promise<{ stream: Readable; bytes: number; sha256: string }> {
  if (!(NAMES as readonly string[]).includes(input.name) && !MANIFEST.test(input.name))
    throw notFound("file");
  const sha256 = await hashOf(ctx, input);
  if (!sha256 || !(await ctx.blobs.has(sha256))) throw notFound("file");
  return { stream: ctx.blobs.open(sha256), bytes: await ctx.blobs.size(sha256), sha256 };
}

async function hashOf(
  ctx: Context,
  { adapterId, name }: { adapterId: string; name: string },
): Promise<string | undefined> {
  const adapter = await loadAdapter(ctx.db, ctx.actor, adapterId);
  if (name === "adapter_model.safetensors") return adapter.sha256;
  if (name === "adapter_config.json") return adapter.configSha256;
  // One made elsewhere has no more files: its data are unknown, and it has no card.
  if (adapter.origin === "imported") return undefined;
  const { run, sources } = await loadFacts(ctx.db, adapterId);
  if (!OF_NO_ROWS.includes(name) && !(await mayReadRun(ctx, run.id))) return undefined;
  const manifest = MANIFEST.exec(name);
  if (manifest) {
    const version = sources[Number(manifest[2] ?? 1) - 1]?.snapshot;
    return (manifest[1] === "split" ? version?.splitSha256 : version?.manifestSha256) ?? undefined;
  }
  if (name === "training_manifest.json") return run.artifacts[name];
  const [card] = await ctx.db.select().from(adapterCards).where(eq(adapterCards.adapterId, adapter.id));
  if (name === "card.json") return card?.sha256;
  if (name === "evaluation.json") return (card?.card.evaluation as { sha256: string } | undefined)?.sha256;
  return run.artifacts[name];
}
