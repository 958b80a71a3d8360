import { ensureInstalled } from "./lib/ensure-installed.mjs";
import { generated } from "./lib/generated.mjs";

try {
  await ensureInstalled(console.error);
  for (const { name, write } of generated) {
    await write();
    console.log(`written: ${name}`);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
