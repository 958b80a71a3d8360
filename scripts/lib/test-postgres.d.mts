export function createTestPostgres(): Promise<{
  url: string;
  start: () => Promise<void>;
  stop: () => Promise<void>;
}>;
