import { z } from "zod";

export const NOTICES_PAGE = 30;
/** Newest unread ones that a page asks for again and again, to show them outside the page. */
export const NOTICES_NEWEST = 5;

export const ListNoticesInput = z.strictObject({
  /** The last one seen. */
  cursor: z.uuid("This is not a notice id").nullish(),
  /** Only those not read yet. */
  isUnread: z.literal(true).optional(),
  /** The browser's paging sends it along; there is only one way, from new to old. */
  direction: z.literal("forward").optional(),
});
export const ReadNoticesInput = z.strictObject({
  /** Absent: all of them. */
  noticeId: z.uuid("This is not a notice id").optional(),
});
