import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { hintCompile } from "./compile-hint.mjs";
import { readJson, withLock, writeJson } from "./lock.mjs";
import { bin, buildDir, root } from "./paths.mjs";

const SOURCE_FOLDERS = ["app", "components", "server", "db", "lib", "cli", "contracts/generated", "public"];
const SOURCE_FILES =
  /^(env|instrumentation|instrumentation-client|next\.config)\.(ts|mjs)$|^postcss\.config\.mjs$|^package-lock\.json$/;
const NOT_BUILT = /\.(test|spec)\.[a-z]+$|^README\.md$/;

/** Programs of ours that run outside Next, bundled because Node 20 reads no TypeScript. */
export const bundles = {
  worker: { entry: "server/jobs/worker.ts" },
  "parse-child": { entry: "server/contribution/intake/parse-child.ts" },
  prepare: { entry: "server/jobs/prepare.ts" },
  deploy: { entry: "scripts/steps/deploy.ts" },
  environment: { entry: "scripts/steps/environment.ts" },
};

/** A hash over the content of everything that goes into the web app and the bundles. */
export function sourcesHash(checkout = root) {
  const hash = createHash("sha256").update(process.versions.node);
  const add = (path) =>
    hash
      .update(`${path}\0`)
      .update(readFileSync(resolve(checkout, path)))
      .update("\0");
  const walk = (folder) => {
    for (const entry of readdirSync(resolve(checkout, folder), { withFileTypes: true }).sort(byName)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (!NOT_BUILT.test(entry.name)) add(path);
    }
  };
  for (const name of readdirSync(checkout).sort()) if (SOURCE_FILES.test(name)) add(name);
  for (const folder of SOURCE_FOLDERS) if (existsSync(resolve(checkout, folder))) walk(folder);
  return hash.digest("hex");
}
const byName = (a, b) => (a.name < b.name ? -1 : 1);

/**
 * Builds the web app when its sources have changed since the last build.
 * @param {(name: string, options: object) => Promise<void>} run
 */
export function buildWeb(run, log) {
  mkdirSync(buildDir, { recursive: true });
  const stamp = resolve(buildDir, "web.json");
  const isFresh = (hash) => readJson(stamp)?.hash === hash && existsSync(resolve(root, ".next", "BUILD_ID"));
  const onWait = (pid) => log(`Waiting for process ${pid}, which is building the app`);
  return withLock(
    resolve(buildDir, "web.lock"),
    async () => {
      const hash = sourcesHash();
      if (isFresh(hash)) return;
      log("Building the app (about a minute)");
      rmSync(stamp, { force: true });
      const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
      await run("build", { command: bin("next"), args: ["build"], cwd: root, env });
      hintCompile(resolve(root, ".next", "static", "chunks"));
      writeJson(stamp, { hash });
      log("App built");
    },
    onWait,
  );
}

/** Bundles one of `bundles`, or any entry file, to `.build/NAME.mjs` and answers with that path. */
export async function bundle(name, { entry } = bundles[name]) {
  if (!existsSync(resolve(root, entry)))
    throw new Error(`${entry} is missing, so "${name}" cannot be built.`);
  const { buildSync } = await import("esbuild");
  const outfile = resolve(buildDir, `${name}.mjs`);
  const partial = resolve(buildDir, `${name}.${process.pid}.tmp.mjs`);
  buildSync({
    entryPoints: [resolve(root, entry)],
    outfile: partial,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    tsconfig: resolve(root, "tsconfig.json"),
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "silent",
  });
  renameSync(partial, outfile);
  return outfile;
}
