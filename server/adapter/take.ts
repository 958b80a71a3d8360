import { Readable } from "node:stream";
import canonicalize from "canonicalize";
import { and, asc, countDistinct, eq, inArray, ne, notInArray } from "drizzle-orm";
import {
  accounts,
  adapterCards,
  type ExportReport,
  publications,
  records,
  snapshotRecords,
} from "@/db/schema";
import { mayReadRun } from "@/server/access/require";
import { PRIVATE_NAME } from "@/server/access/visible";
import { chainTarget } from "@/server/chain/context";
import { sha256Hex } from "@/server/chain/hash";
import type { Context } from "@/server/context";
import { readAbility } from "@/server/evaluation/ability";
import type { EvaluationSummary } from "@/server/evaluation/parse";
import { type Facts, loadFacts } from "@/server/publication/facts";
import { publicEvaluation } from "@/server/publication/public-evaluation";
import type { RunnerClient } from "@/server/runner/client";
import { systemMessageOf, type Task } from "@/server/training-run/config";
import { askRunner, webRunner } from "@/server/training-run/runner";
import { ABILITY, ADAPTER, ADAPTER_CONFIG, EVALUATION } from "@/server/training-run/stages";
import { type AdapterRow, loadAdapter } from "./policy";
import { buildReadme, type ReadmeFacts } from "./readme";
import { writeZip, type ZipFile } from "./zip/write-zip";

const MOST_SOURCES = 20;
const MANIFEST = "training_manifest.json";

/** An archive to send: its name, its length, and a hash over what it holds. */
export type Download = { fileName: string; bytes: number; stream: Readable; etag: string };

/**
 * Everything one needs to use an adapter elsewhere, as one zip whose bytes follow from the record alone. The evaluation
 * is the public form: sealed questions stay secret. Who may not read its Datanets gets no file that tells of their rows
 * and a card without their names. Errors: NOT_FOUND, RUNNER_UNAVAILABLE (it knows the base's licence).
 */
export async function takeAdapter(
  ctx: Context,
  input: { adapterId: string },
  runner: RunnerClient = webRunner(),
): Promise<Download> {
  const row = await loadAdapter(ctx.db, ctx.actor, input.adapterId);
  const facts = row.runId ? await loadFacts(ctx.db, row.id) : null;
  const isOpen = facts === null || (await mayReadRun(ctx, facts.run.id));
  const files: TakenFile[] = [];
  const add = async (name: string, sha256: string | undefined) => {
    if (sha256 && (await ctx.blobs.has(sha256))) files.push(await stored(ctx, name, sha256));
  };
  await add(ADAPTER, row.sha256);
  await add(ADAPTER_CONFIG, row.configSha256);
  if (facts && isOpen && row.origin === "trained") await add(MANIFEST, facts.run.artifacts[MANIFEST]);
  const evaluation = facts?.run.artifacts[EVALUATION];
  if (facts?.evaluation && evaluation && isOpen) {
    const value = JSON.parse((await ctx.blobs.get(evaluation)).toString("utf8"));
    files.push(inline(EVALUATION, canonicalize(publicEvaluation(value))!));
  }
  await add(ABILITY, facts?.run.artifacts[ABILITY]);
  const record = await recordOf(ctx, row.id);
  if (record) files.push(inline("publication.json", canonicalize(record.file)!));
  const names = files.map(({ name }) => name);
  files.push(inline("README.md", await readmeOf(ctx, row, names, runner)));
  return asZip(`${slug(row.name)}.zip`, files);
}

/** The model card of an adapter, or of an export of it when there is a report of one. Error: RUNNER_UNAVAILABLE. */
export async function readmeOf(
  ctx: Context,
  row: AdapterRow,
  files: string[],
  runner: RunnerClient,
  merged: ExportReport | null = null,
): Promise<string> {
  const facts = row.runId ? await loadFacts(ctx.db, row.id) : null;
  const bases = await askRunner(() => runner.bases());
  const base = bases.find(({ id }) => id === row.baseId);
  const [builder] = await ctx.db.select().from(accounts).where(eq(accounts.id, row.builderId));
  return buildReadme({
    name: row.name,
    builder: builder!.name || builder!.address,
    sha256: row.sha256,
    configSha256: row.configSha256,
    base: {
      id: row.baseId,
      name: base?.name ?? row.baseId,
      revision: base?.revision ?? "not offered here any more",
      hash: facts?.run.baseHash ?? row.imported?.baseHash ?? "",
      licence: base?.licence ?? "see the base's own card",
      notice: base?.notice ?? "",
    },
    data: facts && row.origin === "trained" ? await dataOf(ctx, facts) : null,
    imported: row.imported,
    system: facts ? systemOf(facts) : null,
    training: facts && row.origin === "trained" ? trainingOf(facts) : null,
    evaluation: facts?.evaluation
      ? {
          verdict: facts.evaluation.verdict,
          opening: facts.evaluation.opening,
          summary: facts.evaluation.summary as EvaluationSummary,
        }
      : null,
    ability: facts ? await readAbility(ctx, facts) : null,
    record: (await recordOf(ctx, row.id))?.readme ?? null,
    merged,
    files,
  });
}

export type TakenFile = ZipFile & { sha256: string };

/** A zip of files known by hash, sorted by name: its etag changes with any byte of it. */
export function asZip(fileName: string, files: TakenFile[]): Download {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const zip = writeZip(sorted);
  const listed = sorted.map(({ name, sha256 }) => `${name} ${sha256}`).join("\n");
  return { fileName, bytes: zip.bytes, stream: Readable.from(zip.stream()), etag: sha256Hex(listed) };
}

export async function stored(ctx: Pick<Context, "blobs">, name: string, sha256: string): Promise<TakenFile> {
  return { name, sha256, bytes: await ctx.blobs.size(sha256), open: () => ctx.blobs.open(sha256) };
}

export function inline(name: string, text: string): TakenFile {
  const content = Buffer.from(text, "utf8");
  return {
    name,
    sha256: sha256Hex(content),
    bytes: content.length,
    open: async function* () {
      yield content;
    },
  };
}

/** A file name from a person's title: letters, digits and dashes. */
export const slug = (name: string): string =>
  name
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60)
    .toLowerCase() || "adapter";

async function dataOf(ctx: Context, facts: Facts): Promise<NonNullable<ReadmeFacts["data"]>> {
  const snapshotIds = facts.sources.map(({ snapshot }) => snapshot.id);
  const excluded = facts.run.excludedContributorIds;
  const isOpen = await mayReadRun(ctx, facts.run.id);
  const contributors = await ctx.db
    .select({ name: accounts.name, address: accounts.address, rows: countDistinct(records.id) })
    .from(snapshotRecords)
    .innerJoin(records, eq(records.id, snapshotRecords.recordId))
    .innerJoin(accounts, eq(accounts.id, records.contributorId))
    .where(
      and(
        inArray(snapshotRecords.snapshotId, snapshotIds),
        eq(snapshotRecords.side, "train"),
        excluded.length > 0 ? notInArray(records.contributorId, excluded) : undefined,
      ),
    )
    .groupBy(accounts.name, accounts.address)
    .orderBy(asc(accounts.address));
  const versions = [];
  for (const { snapshot, datanet } of facts.sources) {
    const sources = await ctx.db
      .selectDistinct({ source: records.source })
      .from(snapshotRecords)
      .innerJoin(records, eq(records.id, snapshotRecords.recordId))
      .where(and(eq(snapshotRecords.snapshotId, snapshot.id), ne(records.source, "")))
      .orderBy(asc(records.source))
      .limit(MOST_SOURCES);
    versions.push({
      datanet: isOpen ? datanet.name : PRIVATE_NAME,
      version: snapshot.number,
      licence: datanet.licence,
      rows: snapshot.rows,
      root: snapshot.root ?? "",
      sources: isOpen ? sources.map(({ source }) => source) : [],
    });
  }
  return {
    licence: facts.licence.ok ? facts.licence.licence : null,
    versions,
    contributors: isOpen ? contributors : [],
    excluded: isOpen ? facts.excluded : [],
  };
}

const SETTINGS = ["rank", "alpha", "learning_rate", "epochs", "batch_size", "max_length"];

function systemOf({ run }: Facts): ReadmeFacts["system"] {
  const task = run.config.task as Task | undefined;
  return task ? { message: systemMessageOf(task), goal: task.goal } : null;
}

function trainingOf({ run }: Facts): NonNullable<ReadmeFacts["training"]> {
  const settings = SETTINGS.flatMap((name): [string, string][] =>
    name in run.config ? [[name.replace("_", " "), String(run.config[name])]] : [],
  );
  return { preset: run.preset, seed: run.seed, configHash: run.configHash, settings };
}

/** The on-chain record, once a block holds it: what was signed, and the card behind its hash. */
async function recordOf(ctx: Context, adapterId: string) {
  const [found] = await ctx.db
    .select({ publication: publications, card: adapterCards })
    .from(publications)
    .innerJoin(adapterCards, eq(adapterCards.adapterId, publications.adapterId))
    .where(and(eq(publications.adapterId, adapterId), inArray(publications.status, ["included", "final"])));
  if (!found || found.publication.tokenId === null) return null;
  const { chainId, adapterRegistry } = chainTarget();
  const { publication, card } = found;
  const tokenId = String(publication.tokenId);
  const where = { chainId, contract: adapterRegistry, tokenId, txHash: publication.txHash };
  return {
    readme: where,
    file: { format: "modelfactory.publication/1", ...where, pub: publication.pub, card: card.card },
  };
}
