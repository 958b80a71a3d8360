import { EventEmitter } from "node:events";
import { afterEach, expect, it, vi } from "vitest";
import type { CreateConnectorFn } from "wagmi";
import { patientConnector, RelaySilentError } from "./patient-connector";

const CONNECTED = { accounts: ["0x01"], chainId: 7 };

afterEach(() => {
  vi.useRealTimers();
});

const never = (): Promise<unknown> => new Promise(() => {});

/** A connector whose `connect` is answered when the test says so. */
function setUp({ asked = never, chainId = never } = {}) {
  const emitter = new EventEmitter();
  const create = (() => ({ connect: asked, getChainId: chainId })) as unknown as CreateConnectorFn;
  const config = { emitter, chains: [{ id: 7 }] } as unknown as Parameters<CreateConnectorFn>[0];
  const connector = patientConnector(create, 1_000)(config);
  return { connector, emitter };
}

it("gives up on a relay that is silent", async () => {
  vi.useFakeTimers();
  const { connector } = setUp();
  const ended = expect(connector.connect()).rejects.toThrow(RelaySilentError);
  await vi.advanceTimersByTimeAsync(1_001);
  await ended;
});

it("waits for the person once there is an address to scan", async () => {
  vi.useFakeTimers();
  let resolve: (connected: unknown) => void = () => {};
  const { connector, emitter } = setUp({ asked: () => new Promise((connected) => (resolve = connected)) });
  const ended = connector.connect();
  emitter.emit("message", { type: "display_uri", data: "wc:1" });
  await vi.advanceTimersByTimeAsync(60_000);
  resolve(CONNECTED);
  expect(await ended).toEqual(CONNECTED);
  expect(emitter.listenerCount("message")).toBe(0);
});

it("hands on the connector's own refusal", async () => {
  const { connector } = setUp({ asked: () => Promise.reject(new Error("User rejected")) });
  await expect(connector.connect()).rejects.toThrow("User rejected");
});

it("takes our chain where the wallet's is not known in time", async () => {
  vi.useFakeTimers();
  const silent = setUp().connector.getChainId();
  await vi.advanceTimersByTimeAsync(101);
  expect(await silent).toBe(7);
  expect(await setUp({ chainId: async () => 1 }).connector.getChainId()).toBe(1);
});
