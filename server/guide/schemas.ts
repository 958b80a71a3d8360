import { z } from "zod";

/** What a person did that leaves no other trace. */
export const GUIDE_MARKS = ["looked", "read", "checked"] as const;
export type GuideMark = (typeof GUIDE_MARKS)[number];

export const MarkGuideInput = z.strictObject({ mark: z.enum(GUIDE_MARKS) });
export const CloseGuideInput = z.strictObject({ isClosed: z.boolean() });
