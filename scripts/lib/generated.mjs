import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { bin, buildDir, root, venvPython } from "./paths.mjs";
import { runStep } from "./run-step.mjs";

const runnerDir = resolve(root, "training-runner");
const python = (args) => ({ command: venvPython, args, cwd: runnerDir });
const MIGRATIONS = "db/migrations";
const SCHEMA = "server/runner/schema.gen.ts";

const openapiTypescript = (output) =>
  runStep("openapi-typescript", {
    command: bin("openapi-typescript"),
    args: ["training-runner/openapi.json", "-o", output],
  });

const drizzle = (output) =>
  runStep("drizzle-kit", {
    command: bin("drizzle-kit"),
    args: ["generate", "--dialect", "postgresql", "--schema", "./db/schema/index.ts", "--out", output],
  });

/**
 * The committed files that a program writes. `write` makes them anew; `check` rejects when they would change.
 * In the order of writing: the runner's types are made from its openapi.json.
 */
export const generated = [
  {
    name: "ABI of the contracts",
    write: () => runStep("gen-abi", { command: process.execPath, args: ["contracts/gen-abi.mjs"] }),
    check: () =>
      runStep("gen-abi", { command: process.execPath, args: ["contracts/gen-abi.mjs", "--check"] }),
  },
  {
    name: "openapi.json of the runner",
    write: () => runStep("gen_openapi", python(["-m", "runner.gen_openapi"])),
    check: () => runStep("gen_openapi", python(["-m", "runner.gen_openapi", "--check"])),
  },
  {
    name: "types of the runner's API",
    write: () => openapiTypescript(SCHEMA),
    check: async () => {
      const copy = scratch("schema.gen.ts");
      await openapiTypescript(copy);
      if (text(resolve(root, SCHEMA)) !== text(resolve(root, copy)))
        throw new Error(`${SCHEMA} is out of date. Run: npm run gen`);
    },
  },
  {
    name: "database migrations",
    write: () => drizzle(MIGRATIONS),
    check: async () => {
      const copy = scratch("migrations");
      cpSync(resolve(root, MIGRATIONS), resolve(root, copy), { recursive: true });
      await drizzle(copy);
      const isSql = (name) => name.endsWith(".sql");
      const added =
        readdirSync(resolve(root, copy)).filter(isSql).length -
        readdirSync(resolve(root, MIGRATIONS)).filter(isSql).length;
      if (added > 0)
        throw new Error("The tables in db/schema have changed and no migration says so. Run: npm run gen");
    },
  },
];

// Relative to the root, because drizzle-kit takes no other paths.
function scratch(name) {
  mkdirSync(resolve(buildDir, "check"), { recursive: true });
  const path = resolve(buildDir, "check", name);
  rmSync(path, { recursive: true, force: true });
  return `.build/check/${name}`;
}

const text = (path) => (existsSync(path) ? readFileSync(path, "utf8") : null);
