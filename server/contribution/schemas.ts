import { z } from "zod";
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

export const SubmitInput = z.strictObject({
  contributionId,
  licence: z.string().trim().max(LICENCE_MAX_CHARS, "This is not the name of a licence").default(""),
  /** "I may give these rows, and I give them under this licence." */
  isMineToGive: z.literal(true, "Confirm that you may give these rows under this licence"),
});
