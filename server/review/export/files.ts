import { eq } from "drizzle-orm";
import { parquetWriteBuffer } from "hyparquet-writer";
import { datanets } from "@/db/schema";
import { requireReadableDatanet } from "@/server/access/require";
import { appendAudit } from "@/server/audit/append";
import type { Context } from "@/server/context";
import { requireMember } from "@/server/datanet/policy";
import { AppError, notFound } from "@/server/errors";
import { argillaRecord } from "./argilla";
import { csvLine } from "./csv-line";
import { acceptedRows, type ExportedReview, type ExportedRow, readDecisions } from "./queries";

export type ExportFile = { contentType: string; parts: AsyncGenerator<string | Uint8Array> };

/**
 * A file of a Datanet by its name: accepted rows for whoever may read them, decisions for members. Of a private Datanet each
 * such reading is written down.
 * Errors: NOT_FOUND, SIGN_IN (401), NOT_MEMBER (403), TOO_LARGE (413).
 */
export async function openReviewExport(ctx: Context, datanetId: string, name: string): Promise<ExportFile> {
  await requireReader(ctx, datanetId, name);
  await noteRead(ctx, datanetId, name);
  switch (name) {
    case "rows.jsonl":
      return {
        contentType: "application/x-ndjson; charset=utf-8",
        parts: jsonLines(acceptedRows(ctx, datanetId)),
      };
    case "rows.parquet":
      return { contentType: "application/vnd.apache.parquet", parts: parquet(acceptedRows(ctx, datanetId)) };
    case "reviews.csv":
      return { contentType: "text/csv; charset=utf-8", parts: csv(readDecisions(ctx, datanetId)) };
    case "argilla.json":
      return { contentType: "application/json", parts: argilla(readDecisions(ctx, datanetId)) };
    default:
      throw notFound("file");
  }
}

const OF_DECISIONS = ["reviews.csv", "argilla.json"];

/** Before the first part is made: a refusal within a file would be no refusal. */
async function requireReader(ctx: Context, datanetId: string, name: string): Promise<void> {
  if (!OF_DECISIONS.includes(name)) return void (await requireReadableDatanet(ctx, datanetId));
  if (ctx.actor) return requireMember(ctx.db, ctx.actor, datanetId);
  throw new AppError("UNAUTHORIZED", "SIGN_IN", "Decisions are for members.", "Sign in first.");
}

const FILES = ["rows.jsonl", "rows.parquet", "reviews.csv", "argilla.json"];

async function noteRead(ctx: Context, datanetId: string, name: string): Promise<void> {
  if (!FILES.includes(name)) throw notFound("file");
  const [datanet] = await ctx.db
    .select({ readAccess: datanets.readAccess })
    .from(datanets)
    .where(eq(datanets.id, datanetId));
  if (datanet?.readAccess !== "invited") return;
  await ctx.db.transaction((tx) =>
    appendAudit(tx, {
      actorId: ctx.actor?.accountId ?? null,
      action: "datanet.export",
      subject: `datanet:${datanetId}`,
      data: { file: name },
    }),
  );
}

const wire = (row: ExportedRow) => ({
  id: row.id,
  prompt: row.prompt,
  answer: row.answer,
  system: row.system,
  category: row.category,
  source: row.source,
  contributor: row.contributor,
  contribution: row.contribution,
  contribution_sha256: row.contributionSha256,
  row: row.row,
  revision: row.revision,
  licence: row.licence,
  decisions: row.decisions,
  is_sampled: row.isSampled,
  version: row.version,
});

async function* jsonLines(pages: AsyncGenerator<ExportedRow[]>) {
  for await (const page of pages) yield page.map((row) => `${JSON.stringify(wire(row))}\n`).join("");
}

/** The writer needs every row at once; more than this would not be one file that anybody opens. */
const PARQUET_MOST = 1_000_000;

async function* parquet(pages: AsyncGenerator<ExportedRow[]>) {
  const rows: ReturnType<typeof wire>[] = [];
  for await (const page of pages) {
    for (const row of page) rows.push(wire(row));
    if (rows.length > PARQUET_MOST) throw tooLarge();
  }
  const column = <K extends keyof ReturnType<typeof wire>>(
    name: K,
    type: "STRING" | "INT32" | "BOOLEAN",
  ) => ({
    name,
    type,
    data: rows.map((row) => row[name]),
    nullable: name === "version",
  });
  const texts = ["id", "prompt", "answer", "system", "category", "source", "contributor"] as const;
  yield new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        ...texts.map((name) => column(name, "STRING")),
        column("contribution", "STRING"),
        column("contribution_sha256", "STRING"),
        column("row", "INT32"),
        column("revision", "INT32"),
        column("licence", "STRING"),
        column("decisions", "INT32"),
        column("is_sampled", "BOOLEAN"),
        column("version", "INT32"),
      ],
    }),
  );
}

const tooLarge = () =>
  new AppError(
    "PAYLOAD_TOO_LARGE",
    "EXPORT_TOO_LARGE",
    "This Datanet has too many rows for one Parquet file.",
    "Take the JSONL file, which has no limit.",
  );

const REVIEW_COLUMNS = [
  "review",
  "row",
  "prompt",
  "answer",
  "validator",
  "part",
  "decision",
  "reason",
  "note",
  "guidelines",
  "took_ms",
  "signed",
  "at",
];

async function* csv(pages: AsyncGenerator<ExportedReview[]>) {
  yield csvLine(REVIEW_COLUMNS);
  for await (const page of pages) yield page.map((one) => csvLine(reviewCells(one))).join("");
}

const reviewCells = (one: ExportedReview) => [
  one.id,
  one.recordId,
  one.prompt,
  one.answer,
  one.validator,
  one.part,
  one.decision,
  one.reason,
  one.note,
  one.guidelinesNumber,
  one.tookMs,
  one.isSigned,
  one.decidedAt.toISOString(),
];

async function* argilla(pages: AsyncGenerator<ExportedReview[]>) {
  // All decisions on a row belong to one record, and a page does not know the next.
  const byRow = new Map<string, ExportedReview[]>();
  for await (const page of pages)
    for (const one of page) byRow.set(one.recordId, [...(byRow.get(one.recordId) ?? []), one]);
  yield "[";
  let isFirst = true;
  for (const decided of byRow.values()) {
    yield `${isFirst ? "" : ","}\n${JSON.stringify(argillaRecord(decided))}`;
    isFirst = false;
  }
  yield "\n]\n";
}
