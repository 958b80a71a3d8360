import { type SQL, sql } from "drizzle-orm";
import { AppError } from "@/server/errors";

/** Direction overrides and tag letters; what stands between two zero-width signs does not matter here. */
const UNSEEN = "[\\u202a-\\u202e\\u2066-\\u2069\\U000e0000-\\U000e007f]";
const ZERO_WIDTH = "[\\u200b-\\u200d\\u2060-\\u2064\\ufeff\\u00ad\\u180e]";
/** As in health/hidden-text.ts. */
const ZERO_WIDTH_LEAST = 10;

/**
 * Of a row `r`: it holds characters that are not seen. Of a file's row the intake found them; a mended one is looked at here, by
 * the same signs, flags and joined emoji among them: to look once too often costs a key.
 */
export const holdsHidden = (r: SQL) => {
  const text = sql`concat_ws(' ', ${r}.prompt, ${r}.answer, ${r}.system)`;
  return sql`(case when ${r}.revision = 1 then exists (
    select 1 from findings f
    where f.contribution_id = ${r}.contribution_id and f.row = ${r}.row_number and f.code = 'HIDDEN_TEXT')
  else ${text} ~ ${UNSEEN} or char_length(${text})
    - char_length(regexp_replace(${text}, ${ZERO_WIDTH}, '', 'g')) >= ${ZERO_WIDTH_LEAST} end)`;
};

/** HIDDEN_TEXT (409) for a row that cannot be accepted before it was shown with its hidden characters. */
export const notSeenHidden = () =>
  new AppError(
    "CONFLICT",
    "HIDDEN_TEXT",
    "This row holds characters that are not seen on the screen.",
    "Open the escaped view (E), look at what is there, and decide then.",
  );
