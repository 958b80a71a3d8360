import { and, eq } from "drizzle-orm";
import type { z } from "zod";
import { adapterExports } from "@/db/schema";
import type { Context } from "@/server/context";
import { notFound } from "@/server/errors";
import type { RunnerClient } from "@/server/runner/client";
import { webRunner } from "@/server/training-run/runner";
import { loadAdapter, requireExporter } from "./policy";
import type { ExportInput } from "./schemas";
import { asZip, type Download, inline, readmeOf, slug, stored } from "./take";

/**
 * A finished export: GGUF as its one file, merged weights as a zip with the card. One that was not re-tested does not
 * exist here. Errors: NOT_FOUND, NOT_PUBLISHED, RUNNER_UNAVAILABLE (it knows the base's licence).
 */
export async function openExport(
  ctx: Context,
  { adapterId, format }: z.output<typeof ExportInput>,
  runner: RunnerClient = webRunner(),
): Promise<Download & { type: string }> {
  const adapter = await loadAdapter(ctx.db, adapterId);
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

const SHORT: Record<string, string> = { float16: "f16", bfloat16: "bf16", float32: "f32" };
