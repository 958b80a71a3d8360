import { z } from "zod";
import { REPAIR_ACTIONS, SEVERITIES } from "@/db/schema/contribution.constants";
import { GOALS } from "@/db/schema/datanet.constants";
import { LICENCE_MAX_CHARS } from "./licence";

const contributionId = z.uuid("This is not a contribution id");
/** Two joined columns of the longest name; the parser cuts names long before. */
const column = z.string().max(1000, "This is not a column of the file").optional();

export const ContributionId = z.strictObject({ contributionId });
export const ListContributionsInput = z.strictObject({ datanetId: z.uuid("This is not a Datanet id") });

/** Which column plays which role; a role left out or "" is not in the file. */
export const ColumnMappingInput = z.strictObject({
  prompt: column,
  answer: column,
  system: column,
  category: column,
  source: column,
});
export type ColumnMappingInput = z.input<typeof ColumnMappingInput>;

export const RemapInput = z.strictObject({
  contributionId,
  mapping: ColumnMappingInput,
  /** An encoding that the person confirmed, as the browser's TextDecoder names it. */
  encoding: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/, "This is not the name of an encoding")
    .optional(),
  /** A sheet of the workbook, by its name. */
  sheet: z.string().max(200, "This is not the name of a sheet").optional(),
  /** The headings of the document are its prompts. */
  useHeadings: z.boolean().optional(),
});

const word = z.string().max(1000, "This is too long").optional();
/** The query of POST /api/validate: how to read the file; each role may name its column. */
export const ValidateQuery = z.strictObject({
  goal: z.enum(GOALS, "This is not a goal").optional(),
  fields: word,
  encoding: word,
  sheet: word,
  headings: z.literal("1", "headings is 1 or left out").optional(),
  ...ColumnMappingInput.shape,
});

export const PreviewInput = z.strictObject({ contributionId, mapping: ColumnMappingInput.optional() });

export const ProblemsInput = z.strictObject({
  contributionId,
  code: z
    .string()
    .regex(/^[A-Z_]{1,40}$/, "This is not a problem code")
    .optional(),
  limit: z.int().min(1).max(100).default(50),
  offset: z.int().min(0).max(1_000_000).default(0),
});

/** UTF-16 units of one text; the intake's limit for a cell is checked in bytes besides. */
const rowText = z.string().max(65_536, "Keep each text under 65536 characters");

/** A row as its contributor mended it. */
export const ResubmitRowInput = z.strictObject({
  recordId: z.uuid("This is not a row id"),
  texts: z.strictObject({
    prompt: rowText,
    answer: rowText,
    system: rowText.default(""),
    category: rowText.default(""),
    source: rowText.default(""),
  }),
});

export const SubmitInput = z.strictObject({
  contributionId,
  licence: z.string().trim().max(LICENCE_MAX_CHARS, "This is not the name of a licence").default(""),
  /** "I may give these rows, and I give them under this licence." */
  isMineToGive: z.literal(true, "Confirm that you may give these rows under this licence"),
  /** Asked for where kept rows hold personal data. */
  isPersonalDataMeant: z.boolean().optional(),
});

/** What the health report calls a thing; codes are never translated. */
const code = z.string().regex(/^[A-Z_]{1,40}$/, "This is not a code of the report");
/** Rows of the file, 1-based; null means every row with the code. */
const rows = z.array(z.int().min(1).max(10_000_000)).min(1).max(100_000).nullable();

export const FindingsInput = z.strictObject({
  contributionId,
  code: code.optional(),
  severity: z.enum(SEVERITIES).optional(),
  limit: z.int().min(1).max(100).default(50),
  offset: z.int().min(0).max(1_000_000).default(0),
});

export const DuplicatePairsInput = z.strictObject({
  contributionId,
  limit: z.int().min(1).max(100).default(20),
  offset: z.int().min(0).max(1_000_000).default(0),
});

export const RepairInput = z.strictObject({
  contributionId,
  code,
  action: z.enum(REPAIR_ACTIONS),
  rows: rows.default(null),
});
export const UnrepairInput = z.strictObject({
  contributionId,
  code,
  action: z.enum(REPAIR_ACTIONS).optional(),
  rows: rows.optional(),
});
export const UnmendInput = z.strictObject({
  contributionId,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "This is not the hash of a file"),
});
export const RepairPreviewInput = z.strictObject({
  contributionId,
  code,
  rows,
  limit: z.int().min(1).max(50).default(10),
});

export type RefusedMend = { row: number; code: string; message: string; fix: string };
/** resubmitted + unchanged + refused.length = rows of the file. */
export type Resubmission = {
  contributionId: string;
  resubmitted: number;
  unchanged: number;
  refused: RefusedMend[];
};
