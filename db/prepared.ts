import type pg from "pg";

/** More different statements than this an app hardly has; what comes later is planned each time, as before. */
const MOST_STATEMENTS = 500;
/** A list of values makes a text of its own for each length. */
const MOST_PARAMETERS = 30;
const names = new Map<string, string>();

/** The same text has the same name on every connection of this process. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= MOST_STATEMENTS) return known;
  const name = `mf_${names.size + 1}`;
  names.set(text, name);
  return name;
}

type Query = (config: unknown, ...rest: unknown[]) => unknown;

/**
 * Has PostgreSQL keep the plan of what is asked again and again: drizzle sends its statements unnamed, and planning some of
 * them takes longer than running them. Only what has parameters is named; a text put together from values would be new
 * each time.
 */
export function prepareStatements(client: pg.ClientBase): void {
  const target = client as unknown as { query: Query };
  const query = target.query.bind(client);
  target.query = (config, ...rest) => query(isNameable(config, rest[0]) ? named(config) : config, ...rest);
}

type Statement = { text: string; name?: string };

const isNameable = (config: unknown, values: unknown): config is Statement =>
  typeof config === "object" &&
  config !== null &&
  "text" in config &&
  !("submit" in config) &&
  Array.isArray(values) &&
  values.length > 0 &&
  values.length <= MOST_PARAMETERS;

function named(config: Statement): Statement {
  const name = config.name ?? nameOf(config.text);
  return name === undefined ? config : { ...config, name };
}
