import { closest } from "fastest-levenshtein";
import ids from "spdx-license-ids/index.json";
import { AppError } from "@/server/errors";

export const LICENCE_MAX_CHARS = 100;

/** The SPDX id as SPDX writes it, or LICENCE_REQUIRED with the nearest one. */
export function requireLicence(text: string): string {
  const wanted = text.trim();
  const exact = ids.find((id) => id.toLowerCase() === wanted.toLowerCase());
  if (exact) return exact;
  const fix = "Choose an SPDX licence, such as CC-BY-4.0 or CC0-1.0.";
  if (wanted === "") {
    throw new AppError("BAD_REQUEST", "LICENCE_REQUIRED", "No licence is stated.", fix);
  }
  throw new AppError(
    "BAD_REQUEST",
    "LICENCE_REQUIRED",
    `"${wanted.slice(0, LICENCE_MAX_CHARS)}" is not an SPDX licence.`,
    `Did you mean ${closest(wanted, ids)}? ${fix}`,
  );
}
