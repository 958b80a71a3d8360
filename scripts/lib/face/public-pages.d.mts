export function publicPages(
  url: string,
): Promise<Record<string, string | null> & { ids: Record<string, string | undefined> }>;
