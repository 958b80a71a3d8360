import { z } from "zod";
import { ADAPTER_SORTS, EXPORT_FORMATS } from "@/db/schema/adapter.constants";

export const ListAdaptersInput = z.strictObject({
  datanetId: z.uuid().optional(),
  /** Every word of it in the name, the Datanet's or the builder's name, or the base. */
  search: z.string().max(100).optional(),
  /** Newest first where it is left out. */
  sort: z.strictObject({ key: z.enum(ADAPTER_SORTS), direction: z.enum(["asc", "desc"]) }).optional(),
  limit: z.int().min(1).max(100).default(50),
  offset: z.int().min(0).max(100_000).default(0),
});
export const AdapterId = z.strictObject({ adapterId: z.uuid("This is not an adapter id") });
export const ExportInput = z.strictObject({
  adapterId: z.uuid("This is not an adapter id"),
  format: z.enum(EXPORT_FORMATS),
});
export const ImportAbout = z.strictObject(
  {
    name: z
      .string()
      .trim()
      .min(3, "The name needs at least 3 characters")
      .max(80, "The name has more than 80 characters"),
    baseId: z.string("Choose the base model").min(1, "Choose the base model").max(200),
    licence: z.string("State the licence").trim().max(100),
    source: z.string().trim().max(300, "Where it comes from has more than 300 characters").default(""),
  },
  "The request does not say what is brought in",
);
export type ImportAbout = z.output<typeof ImportAbout>;
export const ImportFiles = z
  .array(z.strictObject({ name: z.string().min(1).max(300), bytes: z.int().min(0) }))
  .min(1, "Choose the adapter's two files, or one zip of them")
  .max(8, "Choose the adapter's two files alone");

export const MeasureInput = z.strictObject({
  adapterId: z.uuid("This is not an adapter id"),
  snapshotId: z.uuid("This is not a version id"),
});
export const RunIdInput = z.strictObject({ runId: z.uuid("This is not a run id") });
