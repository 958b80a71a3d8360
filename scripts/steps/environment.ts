import { parseEnv } from "@/env";

// Run by scripts/lib/app.mjs before anything is built: prints what is wrong, one sentence a line.
try {
  parseEnv(process.env);
} catch (error) {
  console.log((error as Error).message);
  process.exitCode = 1;
}
