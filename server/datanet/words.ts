/**
 * The answer of a `fields` row as it is stored, hashed and trained: one JSON object without spaces, names in the
 * Datanet's order, every value a text, "" for what the text does not hold. Cases: contracts/vectors/fields-answer.json.
 */
export function writeFields(names: readonly string[], values: Readonly<Record<string, string>>): string {
  const pair = (name: string) => {
    const value = Object.hasOwn(values, name) ? values[name]! : "";
    return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  };
  return `{${names.map(pair).join(",")}}`;
}

/** A JSON scalar as a field's text, null for a list or an object: null is nothing, true is "true", 12.5 is "12.5". */
export function fieldText(value: unknown): string | null {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? null : String(value);
}

/** The values of an answer by name, in the order written; null when it is no flat JSON object. */
export function readFields(text: string): [name: string, value: string][] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return null;
  const pairs = Object.entries(parsed).map(([name, value]) => [name, fieldText(value)] as const);
  return pairs.some(([, value]) => value === null) ? null : (pairs as [string, string][]);
}
