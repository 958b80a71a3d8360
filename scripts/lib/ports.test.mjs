import { createServer } from "node:net";
import { expect, test } from "vitest";
import { accepts, anyFreePort, freePort } from "./ports.mjs";

test("a taken port falls to the next free one, and says that it moved", async () => {
  const port = await anyFreePort();
  const server = createServer().listen(port, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  try {
    expect(await accepts(port)).toBe(true);
    const next = await freePort(port);
    expect(next.moved).toBe(true);
    expect(next.port).toBeGreaterThan(port);
  } finally {
    server.close();
  }
});

test("a port promised to one part is not given to the next", async () => {
  const taken = new Set();
  const preferred = await anyFreePort();
  const first = await freePort(preferred, taken);
  const second = await freePort(preferred, taken);
  expect(second.port).toBeGreaterThan(first.port);
});
