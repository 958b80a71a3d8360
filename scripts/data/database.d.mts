type Client = { query(text: string, values?: unknown[]): Promise<unknown> };
export function withDatabase<T>(dataDir: string, work: (url: string) => Promise<T>): Promise<T>;
export function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T>;
