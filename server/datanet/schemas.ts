import ids from "spdx-license-ids/index.json";
import { z } from "zod";
import { ACCESS_RULES, GOALS } from "@/db/schema/datanet.constants";

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
    readAccess: z.enum(ACCESS_RULES, "Choose who may read it").default("everyone"),
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
export const SetAccessInput = z.strictObject({
  datanetId: z.uuid("This is not a Datanet id"),
  readAccess: z.enum(ACCESS_RULES, "Choose who may read it"),
  contributeAccess: z.enum(ACCESS_RULES, "Choose who may contribute"),
});
export const RemoveMemberInput = z.strictObject({ datanetId: z.uuid(), accountId: z.uuid() });
export const SetGuidelinesInput = z.strictObject({
  datanetId: z.uuid("This is not a Datanet id"),
  guidelines: text(10, 8000, "guidelines"),
});
/** Shares of rows, 0 to 1. */
const share = (least: number, most: number) =>
  z
    .number("Write a number")
    .min(least, `At least ${100 * least} in 100`)
    .max(most, `At most ${100 * most} in 100`);
/** Rates nearer to each other are told apart only by reading thousands of rows. */
const RATES_APART = 0.01;

export const SetReviewRulesInput = z
  .strictObject({
    datanetId: z.uuid("This is not a Datanet id"),
    doubleShare: share(0, 1),
    knownShare: share(0, 0.3),
    acceptableRate: share(0.001, 0.2),
    rejectableRate: share(0.01, 0.5),
  })
  // A hair less, for 0.08 - 0.07.
  .refine((rules) => rules.rejectableRate - rules.acceptableRate > RATES_APART - 1e-9, {
    path: ["rejectableRate"],
    message: "Refuse from at least 1 in 100 more than what is still good",
  });

export const GrantValidatorInput = z.strictObject({
  datanetId: z.uuid(),
  accountId: z.uuid(),
  isValidator: z.boolean(),
});
