import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const key = (digit: string) => `0x${digit.repeat(64)}`;
const address = (digit: string) => `0x${digit.repeat(40)}`;

export default defineConfig({
  resolve: {
    // server-only throws outside of Next; its empty half is what Next itself uses on the server.
    alias: { "@": at("."), "server-only": at("./node_modules/server-only/empty.js") },
  },
  test: {
    include: ["{app,components,server,db,cli,contracts,scripts}/**/*.test.{ts,tsx,mjs}"],
    exclude: ["**/node_modules/**", "contracts/{out,cache}/**"],
    globalSetup: ["./vitest.global-setup.ts"],
    testTimeout: 15_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // A complete environment whose addresses lead nowhere: a test that needs a part starts it and names it.
    env: {
      DATABASE_URL: "postgres://nobody:nothing@127.0.0.1:1/none",
      RUNNER_URL: "http://127.0.0.1:1",
      RUNNER_TOKEN: "only-for-tests-only-for-tests",
      CHAIN_RPC_URL: "http://127.0.0.1:1",
      ATTESTOR_KEY: key("1"),
      DATANET_REGISTRY: address("a"),
      ADAPTER_REGISTRY: address("b"),
      ACCESS_MANAGER: address("c"),
      CURSOR_SECRET: "c".repeat(64),
      SPLIT_SECRET: "5".repeat(64),
    },
  },
});
