const Z_95 = 1.959963984540054;

/** Wilson's score interval (95 %) of a share: successes of n, n at least 1; bounds as fractions 0..1. */
export function wilson(successes: number, n: number): { low: number; high: number } {
  const share = successes / n;
  const z2 = Z_95 ** 2;
  const centre = share + z2 / (2 * n);
  const spread = Z_95 * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}
