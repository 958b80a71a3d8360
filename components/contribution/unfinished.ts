"use client";

/** An upload that this browser began: its address on the server, and the file it was begun with. */
export type Unfinished = {
  url: string;
  datanetId: string;
  name: string;
  bytes: number;
  lastModified: number;
  savedAt: number;
};

const KEY = "modelfactory.uploads";
/** The server keeps what has arrived for a day after the last byte. */
const KEPT_MS = 24 * 3_600_000;
const TUS = { "tus-resumable": "1.0.0" };

/** Storage may be switched off, or full; an upload is then begun anew after a reload, and nothing else happens. */
function read(): Unfinished[] {
  try {
    const all = JSON.parse(localStorage.getItem(KEY) ?? "[]") as Unfinished[];
    return all.filter(({ savedAt }) => Date.now() - savedAt < KEPT_MS);
  } catch {
    return [];
  }
}

function write(all: Unfinished[]): void {
  try {
    if (all.length > 0) localStorage.setItem(KEY, JSON.stringify(all));
    else localStorage.removeItem(KEY);
  } catch {
    // Forgotten with the page.
  }
}

export const isSameFile = (
  file: Blob,
  name: string,
  of: Pick<Unfinished, "name" | "bytes" | "lastModified">,
) =>
  file instanceof File && name === of.name && file.size === of.bytes && file.lastModified === of.lastModified;

/** What this browser remembers of uploads that were cut: a file is known again by name, size and time of change. */
export const unfinished = {
  list: (datanetId: string) => read().filter((each) => each.datanetId === datanetId),
  find: (datanetId: string, file: Blob, name: string): Unfinished | null =>
    read().find((each) => each.datanetId === datanetId && isSameFile(file, name, each)) ?? null,
  remember: (upload: Omit<Unfinished, "savedAt">) =>
    write([...read().filter(({ url }) => url !== upload.url), { ...upload, savedAt: Date.now() }]),
  forget: (url: string) => write(read().filter((each) => each.url !== url)),
};

/** How much of it is on the server: bytes; "gone" where it is not or no more; "unknown" while nobody answers. */
export async function askOffset(url: string): Promise<number | "gone" | "unknown"> {
  try {
    const response = await fetch(url, { method: "HEAD", headers: TUS });
    if (response.ok) return Number(response.headers.get("upload-offset"));
    return response.status === 404 || response.status === 410 ? "gone" : "unknown";
  } catch {
    return "unknown";
  }
}

/** Deletes on the server what has arrived. */
export async function cancelUnfinished(url: string): Promise<void> {
  unfinished.forget(url);
  await fetch(url, { method: "DELETE", headers: TUS }).catch(() => {});
}
