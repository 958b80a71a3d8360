import { appendFile, mkdir, readFile, rename, stat, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { VECTOR_BYTES } from "@/server/runner/embeddings";

/** The model the vectors of this folder come from; another model gets another folder, and everything is made anew. */
export const MODEL = "all-MiniLM-L6-v2";
const ID_BYTES = 16;
const ENTRY_BYTES = ID_BYTES + VECTOR_BYTES;

export type Vectors = { ids: string[]; rows: Buffer };

/**
 * Embeddings by contribution: a file of (record id, vector) that only grows. Derived data: deleted, it is made again, so
 * backups leave it out. A process that is killed leaves at most half an entry, which the next one cuts off.
 */
export class VectorFolder {
  private readonly root: string;

  constructor(dataDir: string) {
    this.root = path.resolve(dataDir, "embeddings", MODEL);
  }

  private file = (contributionId: string) => path.join(this.root, contributionId);
  private map = (datanetId: string) => path.join(this.root, "maps", `${datanetId}.json`);

  async append(contributionId: string, { ids, rows }: Vectors): Promise<void> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    const file = this.file(contributionId);
    const bytes = (await sizeOf(file)) ?? 0;
    if (bytes % ENTRY_BYTES !== 0) await truncate(file, bytes - (bytes % ENTRY_BYTES));
    const entries = ids.flatMap((id, i) => [
      Buffer.from(id.replaceAll("-", ""), "hex"),
      rows.subarray(i * VECTOR_BYTES, (i + 1) * VECTOR_BYTES),
    ]);
    await appendFile(file, Buffer.concat(entries), { mode: 0o600 });
  }

  /** In the order they were made, each id once; null where there is no file. */
  async read(contributionId: string): Promise<Vectors | null> {
    const bytes = await readFile(this.file(contributionId)).catch(ifMissing);
    if (!bytes) return null;
    const ids: string[] = [];
    const rows = Buffer.allocUnsafe(Math.floor(bytes.length / ENTRY_BYTES) * VECTOR_BYTES);
    const seen = new Set<string>();
    for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
      const id = toUuid(bytes.toString("hex", at, at + ID_BYTES));
      if (seen.has(id)) continue;
      seen.add(id);
      bytes.copy(rows, ids.length * VECTOR_BYTES, at + ID_BYTES, at + ENTRY_BYTES);
      ids.push(id);
    }
    return { ids, rows: rows.subarray(0, ids.length * VECTOR_BYTES) };
  }

  has = async (contributionId: string) => (await sizeOf(this.file(contributionId))) !== null;

  /** Entries of the file; a row that was written twice counts twice here. */
  count = async (contributionId: string) =>
    Math.floor(((await sizeOf(this.file(contributionId))) ?? 0) / ENTRY_BYTES);

  async readMap(datanetId: string): Promise<unknown> {
    const text = await readFile(this.map(datanetId), "utf8").catch(ifMissing);
    return text ? JSON.parse(text) : null;
  }

  /** Whole or not at all. */
  async writeMap(datanetId: string, content: object): Promise<void> {
    const file = this.map(datanetId);
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
}

function ifMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

const sizeOf = (file: string) => stat(file).then(({ size }) => size, ifMissing);

const toUuid = (hex: string) =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
