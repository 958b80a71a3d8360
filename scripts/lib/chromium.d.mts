export function findChromium(environment?: Record<string, string | undefined>): string | null;
export function ensureChromium(log: (line: string) => void): Promise<string>;
