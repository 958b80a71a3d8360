import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { root } from "./lib/paths.mjs";

// A benchmark is a file in scripts/bench that exports `summary` (one line) and `run(args)`.
const folder = resolve(root, "scripts", "bench");
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".mjs") && !file.includes(".test."))
  .map((file) => file.slice(0, -".mjs".length));
const [name, ...args] = process.argv.slice(2);

if (!name) {
  console.log("npm run bench -- NAME\n");
  for (const each of names)
    console.log(`  ${each.padEnd(12)} ${(await import(`./bench/${each}.mjs`)).summary}`);
} else if (!names.includes(name)) {
  console.error(`There is no benchmark "${name}". There are: ${names.join(", ")}.`);
  process.exitCode = 2;
} else {
  try {
    const { summary, hasHelp, run } = await import(`./bench/${name}.mjs`);
    if (args.includes("--help") && !hasHelp) console.log(`npm run bench -- ${name}: ${summary}`);
    else await run(args);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
