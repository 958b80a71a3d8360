export function findChromium(environment?: NodeJS.ProcessEnv): string | null;
export function ensureChromium(log: (text: string) => void): Promise<string>;
