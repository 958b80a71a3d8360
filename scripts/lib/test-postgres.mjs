import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { prepareDataDir } from "./paths.mjs";
import { anyFreePort } from "./ports.mjs";
import { preparePostgres } from "./postgres.mjs";
import { databaseUser } from "./postgres-files.mjs";
import { createSupervisor } from "./supervisor.mjs";

/**
 * One PostgreSQL server for a test run, in a temporary folder and, unless asked, with fsync off. Its address is known at
 * once; the server itself starts on the first call of `start`.
 * @returns {Promise<{url: string, start: () => Promise<void>, stop: () => Promise<void>}>} url: of its `postgres` database
 */
export async function createTestPostgres({ fsync = false } = {}) {
  const port = await anyFreePort();
  const password = "only-for-tests";
  let running;
  let supervisor;
  let dataDir;

  async function launch() {
    dataDir = mkdtempSync(resolve(tmpdir(), "modelfactory-test-"));
    prepareDataDir(dataDir, databaseUser());
    const fail = (text) => console.error(text);
    supervisor = await createSupervisor({ dataDir, log: fail, onGiveUp: fail });
    const { child } = await preparePostgres({ dataDir, password, port, fsync });
    await supervisor.start("postgres", child);
  }

  return {
    url: `postgres://modelfactory:${password}@127.0.0.1:${port}/postgres`,
    start: () => {
      running ??= launch();
      return running;
    },
    stop: async () => {
      if (!running) return;
      await running.catch(() => {});
      await supervisor?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
