import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import { adapterExports } from "@/db/schema";
import type { Context } from "@/server/context";
import { AppError, notFound } from "@/server/errors";
import type { RunnerClient } from "@/server/runner/client";
import { webRunner } from "@/server/training-run/runner";
import { loadAdapter, requireExporter } from "./policy";
import type { ExportInput } from "./schemas";
import { asZip, type Download, inline, readmeOf, slug, stored } from "./take";

/**
 * A finished export: GGUF as its one file, merged weights as a zip with the card. One that was not re-tested does not
 * exist here. Errors: NOT_FOUND, NOT_PUBLISHED, EXPORT_LOST (404), RUNNER_UNAVAILABLE (it knows the base's licence).
 */
export async function openExport(
  ctx: Context,
  { adapterId, format }: z.output<typeof ExportInput>,
  runner: RunnerClient = webRunner(),
): Promise<Download & { type: string }> {
  const adapter = await loadAdapter(ctx.db, ctx.actor, adapterId);
  await requireExporter(ctx.db, ctx.actor, adapter);
  const [made] = await ctx.db
    .select()
    .from(adapterExports)
    .where(
      and(
        eq(adapterExports.adapterId, adapterId),
        eq(adapterExports.format, format),
        eq(adapterExports.status, "ready"),
      ),
    );
  if (!made) throw notFound("export");
  const areThere = await Promise.all(made.files.map(({ sha256 }) => ctx.blobs.has(sha256)));
  if (areThere.includes(false)) throw await lost(ctx, made.id);
  const name = `${slug(adapter.name)}-${SHORT[made.report!.dtype] ?? made.report!.dtype}`;
  const files = await Promise.all(made.files.map((file) => stored(ctx, file.name, file.sha256)));
  if (format === "gguf") {
    const [{ bytes, sha256 }] = files as [(typeof files)[0]];
    const stream = ctx.blobs.open(sha256);
    return { fileName: `${name}.gguf`, bytes, stream, etag: sha256, type: "application/octet-stream" };
  }
  const names = files.map((file) => file.name);
  files.push(inline("README.md", await readmeOf(ctx, adapter, names, runner, made.report!)));
  return { ...asZip(`${name}.zip`, files), type: "application/zip" };
}

/** Files that are gone are no loss: from now on it counts as failed, and whoever asks again has it made anew. */
async function lost(ctx: Context, exportId: string): Promise<AppError> {
  const message = "The files of this export are no longer in the app's store.";
  await ctx.db
    .update(adapterExports)
    .set({ status: "failed", problem: { code: "EXPORT_LOST", message } })
    .where(and(eq(adapterExports.id, exportId), eq(adapterExports.status, "ready")));
  const fix = "Ask for it again on the adapter's page: it is made and re-tested anew.";
  return new AppError("NOT_FOUND", "EXPORT_LOST", message, fix);
}

const SHORT: Record<string, string> = { float16: "f16", bfloat16: "bf16", float32: "f32" };
