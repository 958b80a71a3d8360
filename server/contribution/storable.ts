/**
 * PostgreSQL stores neither NUL nor half of a surrogate pair. What is shown of a bad row gets a visible stand-in
 * (U+2400, U+FFFD); kept rows never hold either.
 */
export const storableText = (text: string): string => text.replaceAll("\u0000", "\u2400").toWellFormed();

/** The same for every text inside a JSON value, keys included. */
export function storableJson<T>(value: T): T {
  if (typeof value === "string") return storableText(value) as T;
  if (Array.isArray(value)) return value.map(storableJson) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [storableText(key), storableJson(inner)]),
  ) as T;
}
