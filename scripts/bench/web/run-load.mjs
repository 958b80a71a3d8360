import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { root } from "../../lib/paths.mjs";

/** Runs load.mjs with these options and gives what it measured. Throws when a request failed or none came back. */
export async function load(options) {
  const child = spawn(
    process.execPath,
    [resolve(root, "scripts", "bench", "web", "load.mjs"), JSON.stringify(options)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let output = "";
  child.stdout.on("data", (data) => {
    output += data;
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`The load process ended with ${code}.`);
  const result = JSON.parse(output);
  if (result.failed > 0 || result.requests === 0)
    throw new Error(`${options.url}: ${result.failed} requests failed, first: ${result.firstFailure}`);
  return result;
}
