import { startTestApp } from "../scripts/lib/test-app.mjs";

/** So that a journey can see a transaction being given up; a person has five minutes. */
const DROPPED_AFTER_MS = "8000";

/** The whole app as a newcomer starts it, with the samples; E2E_URL (with E2E_DATA_DIR) points at one that runs already. */
export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.E2E_URL) return undefined;
  const app = await startTestApp({
    env: { SEED: "on", CHAIN_DROPPED_AFTER_MS: DROPPED_AFTER_MS },
    onLine: (line) => console.log(`  app: ${line}`),
  });
  process.env.E2E_URL = app.url;
  process.env.E2E_DATA_DIR = app.dataDir;
  return () => app.stop();
}
