export const LIMIT_BYTES: number;
export function weigh(
  url: string,
  path: string,
  cache?: Map<string, { bytes: number; wallet: boolean }>,
): Promise<{ bytes: number; files: number; wallet: boolean }>;
