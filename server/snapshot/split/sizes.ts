/** How large the sides are. Starting values of product.md step 6; changed here and nowhere else. */
export const SPLIT_SIZES = {
  testShare: 0.15,
  testLeast: 50,
  testMost: 500,
  /** At most this share of the clusters is tested, so 50 test items need 120 clusters. */
  testMostShare: 5 / 12,
  validationShare: 0.1,
  validationMostRows: 128,
  shownShare: 1 / 3,
} as const;

/** Clusters below which no verdict is possible: the test would stay under 50 items. */
export const CLUSTERS_FOR_VERDICT = Math.ceil(SPLIT_SIZES.testLeast / SPLIT_SIZES.testMostShare);

/** Test items (one per cluster) for so many clusters. */
export function testSize(clusters: number): number {
  const { testShare, testLeast, testMost, testMostShare } = SPLIT_SIZES;
  const wanted = Math.min(testMost, Math.max(testLeast, Math.round(testShare * clusters)));
  // The tiny addend keeps 120 × 5/12 from falling to 49 by rounding.
  return Math.min(wanted, Math.floor(testMostShare * clusters + 1e-9));
}

/** Validation clusters for so many clusters; their rows are capped while filling. */
export function validationSize(clusters: number): number {
  const { validationShare, validationMostRows } = SPLIT_SIZES;
  return Math.min(validationMostRows, Math.round(validationShare * clusters));
}

/**
 * Shares `total` out by weight in whole numbers (largest remainder; ties by name). No share exceeds its weight
 * rounded up, so where weights are counts nobody is given more than there is as long as total <= Σ weights.
 */
export function apportion(total: number, weights: ReadonlyMap<string, number>): Map<string, number> {
  const sum = [...weights.values()].reduce((a, b) => a + b, 0);
  if (sum === 0 || total <= 0) return new Map([...weights.keys()].map((name) => [name, 0]));
  const parts = [...weights].map(([name, weight]) => {
    const exact = (total * weight) / sum;
    return { name, whole: Math.floor(exact + 1e-9), rest: exact - Math.floor(exact + 1e-9) };
  });
  let left = total - parts.reduce((a, part) => a + part.whole, 0);
  const order = [...parts].sort((a, b) => b.rest - a.rest || (a.name < b.name ? -1 : 1));
  for (const part of order) {
    if (left <= 0) break;
    part.whole += 1;
    left -= 1;
  }
  return new Map(parts.map((part) => [part.name, part.whole]));
}
