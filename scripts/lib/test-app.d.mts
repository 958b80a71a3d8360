export type TestApp = {
  url: string;
  dataDir: string;
  pid: number;
  output: () => string;
  stop: (options?: { keepData?: boolean }) => Promise<void>;
};
export function startTestApp(options?: {
  dataDir?: string;
  env?: Record<string, string>;
  timeoutMs?: number;
  onLine?: (line: string) => void;
}): Promise<TestApp>;
