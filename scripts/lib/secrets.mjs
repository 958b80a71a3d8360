import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { readJson, writeJson } from "./lock.mjs";

const hex = (bytes) => randomBytes(bytes).toString("hex");

/**
 * The secrets of a data folder, made on the first start and kept in `secrets.json` (0600).
 * @param {boolean} hasDatabase whether a database made with earlier secrets exists
 * @returns {{databasePassword: string, attestorKey: `0x${string}`, cursorSecret: string, splitSecret: string}}
 */
export function loadSecrets(dataDir, hasDatabase) {
  const file = resolve(dataDir, "secrets.json");
  const known = readJson(file);
  if (known === null && (existsSync(file) || hasDatabase)) {
    throw new Error(
      `${file} is ${existsSync(file) ? "damaged" : "missing"}, and without it the database beside it cannot be opened: restore the file, or start with another folder (--data).`,
    );
  }
  const secrets = {
    databasePassword: hex(24),
    attestorKey: `0x${hex(32)}`,
    cursorSecret: hex(32),
    splitSecret: hex(32),
    ...known,
  };
  if (JSON.stringify(secrets) !== JSON.stringify(known)) writeJson(file, secrets);
  return secrets;
}
