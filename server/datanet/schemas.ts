import ids from "spdx-license-ids/index.json";
import { z } from "zod";
import { GOALS } from "@/db/schema/datanet.constants";

const text = (min: number, max: number, what: string) =>
  z
    .string()
    .trim()
    .min(min, `Write at least ${min} characters for the ${what}`)
    .max(max, `Keep the ${what} under ${max} characters`);

/** Names of columns are joined by " + ", and names in the instruction by commas. */
const NO_JOIN = /^(?!.* \+ )[^,"\\]+$/;
const FIELD_NAME = "A field is named without commas, quotes, backslashes and “ + ”";

export const CreateDatanetInput = z
  .strictObject({
    goal: z.enum(GOALS),
    name: text(3, 80, "name"),
    purpose: text(10, 500, "purpose"),
    guidelines: text(10, 8000, "guidelines"),
    licence: z.string().refine((id) => ids.includes(id), "LICENCE_REQUIRED: choose a licence from the list"),
    labels: z
      .array(text(1, 60, "label"))
      .max(50, "At most 50 labels")
      .default([]),
    fields: z
      .array(text(1, 60, "field").regex(NO_JOIN, FIELD_NAME))
      .max(30, "At most 30 fields")
      .default([]),
  })
  .refine((input) => input.goal !== "label" || new Set(input.labels).size >= 2, {
    path: ["labels"],
    message: "Name at least two different labels",
  })
  .refine((input) => input.goal !== "fields" || input.fields.length > 0, {
    path: ["fields"],
    message: "Name at least one field",
  })
  .refine((input) => input.goal === "fields" || input.fields.length === 0, {
    path: ["fields"],
    message: "Only a Datanet that extracts fields has fields",
  });
export type CreateDatanetInput = z.input<typeof CreateDatanetInput>;

export const DatanetId = z.strictObject({ datanetId: z.uuid("This is not a Datanet id") });
export const ListDatanetsInput = z.strictObject({
  search: z.string().max(100).default(""),
  goal: z.enum(GOALS).optional(),
  limit: z.int().min(1).max(100).default(50),
  offset: z.int().min(0).max(100_000).default(0),
});
export const SetGuidelinesInput = z.strictObject({
  datanetId: z.uuid("This is not a Datanet id"),
  guidelines: text(10, 8000, "guidelines"),
});
export const GrantValidatorInput = z.strictObject({
  datanetId: z.uuid(),
  accountId: z.uuid(),
  isValidator: z.boolean(),
});
