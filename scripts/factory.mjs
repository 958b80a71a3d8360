import { spawn } from "node:child_process";
import { bundle } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/ensure-installed.mjs";

const argv = process.argv.slice(2);

try {
  // Standard output belongs to the command's result alone.
  await ensureInstalled(console.error, { withPython: argv[0] === "run" });
  const program = await bundle("factory", { entry: "cli/main.ts" });
  const child = spawn(
    process.execPath,
    ["--conditions=react-server", "--enable-source-maps", program, ...argv],
    { stdio: "inherit" },
  );
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.once("exit", (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
