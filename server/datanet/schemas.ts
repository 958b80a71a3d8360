import ids from "spdx-license-ids/index.json";
import { z } from "zod";
import { GOALS } from "@/db/schema/datanet.constants";

const text = (min: number, max: number, what: string) =>
  z
    .string()
    .trim()
    .min(min, `Write at least ${min} characters for the ${what}`)
    .max(max, `Keep the ${what} under ${max} characters`);

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
  })
  .refine((input) => input.goal !== "label" || new Set(input.labels).size >= 2, {
    path: ["labels"],
    message: "Name at least two different labels",
  });
export type CreateDatanetInput = z.input<typeof CreateDatanetInput>;

export const DatanetId = z.strictObject({ datanetId: z.uuid("This is not a Datanet id") });
export const ListDatanetsInput = z.strictObject({
  search: z.string().max(100).default(""),
  goal: z.enum(GOALS).optional(),
  limit: z.int().min(1).max(100).default(50),
  offset: z.int().min(0).max(100_000).default(0),
});
export const GrantValidatorInput = z.strictObject({
  datanetId: z.uuid(),
  accountId: z.uuid(),
  isValidator: z.boolean(),
});
