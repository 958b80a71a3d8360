import { startTestApp } from "../scripts/lib/test-app.mjs";

/** The whole app as a newcomer starts it; E2E_URL (with E2E_DATA_DIR) points at one that runs already. */
export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.E2E_URL) return undefined;
  const app = await startTestApp({ onLine: (line) => console.log(`  app: ${line}`) });
  process.env.E2E_URL = app.url;
  process.env.E2E_DATA_DIR = app.dataDir;
  return () => app.stop();
}
