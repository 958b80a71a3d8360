/**
 * A library's own words on why it gave up, its first line; null where they are none: its code met what it did not expect,
 * and speaks of itself.
 */
export function saidBy(error: unknown): string | null {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) return null;
  const said = error.message.split("\n")[0]!.trim();
  return said === "" || /undefined|NaN|\[object/.test(said) ? null : said.slice(0, 120);
}
