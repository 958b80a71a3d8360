import { type SQL, sql } from "drizzle-orm";
import { AppError } from "@/server/errors";

/** Of a row `r`: the intake found characters in it that are not seen; what was mended since was read by somebody. */
export const holdsHidden = (r: SQL) => sql`(${r}.revision = 1 and exists (
  select 1 from findings f
  where f.contribution_id = ${r}.contribution_id and f.row = ${r}.row_number and f.code = 'HIDDEN_TEXT'))`;

/** HIDDEN_TEXT (409) for a row that cannot be accepted before it was shown with its hidden characters. */
export const notSeenHidden = () =>
  new AppError(
    "CONFLICT",
    "HIDDEN_TEXT",
    "This row holds characters that are not seen on the screen.",
    "Open the escaped view (E), look at what is there, and decide then.",
  );
