import { TRPCClientError } from "@trpc/client";
import { expect, it } from "vitest";
import { ActionKeys, isConnectionLost, isWorthTrying, pauseMs } from "./retry";
import { sendUntilAnswered } from "./send-until-answered";

const answered = (data: unknown) => Object.assign(new TRPCClientError("x"), { data });

it("no answer, or a database that is away, is a lost connection; any refusal is not", () => {
  expect(isConnectionLost(new TRPCClientError("fetch failed"))).toBe(true);
  expect(isConnectionLost(answered({ httpStatus: 503, app: { code: "DB_UNAVAILABLE" } }))).toBe(true);
  expect(isConnectionLost(answered({ httpStatus: 502 }))).toBe(true);
  expect(isConnectionLost(answered({ httpStatus: 503, app: { code: "RUNNER_UNAVAILABLE" } }))).toBe(false);
  expect(isConnectionLost(answered({ httpStatus: 409, app: { code: "STALE" } }))).toBe(false);
  const aborted = new TRPCClientError("x", { cause: Object.assign(new Error("x"), { name: "AbortError" }) });
  expect(isConnectionLost(aborted)).toBe(false);
});

it("is tried again for a minute, with pauses of 0.5 to 4 seconds", () => {
  expect([1, 2, 3, 4, 5].map(pauseMs)).toEqual([500, 1000, 2000, 4000, 4000]);
  expect([1, 16, 17, 18].map(isWorthTrying)).toEqual([true, true, true, false]);
});

it("an action keeps its key until it is answered; another input is another action", () => {
  const keys = new ActionKeys();
  const key = keys.take("datanet.create", { name: "a" });
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(keys.take("datanet.create", { name: "a" })).toBe(key);
  expect(keys.take("datanet.create", { name: "b" })).not.toBe(key);
  keys.answered(key);
  expect(keys.take("datanet.create", { name: "a" })).not.toBe(key);
});

it("a change is sent again, the same, until it is answered, and says that it waits", async () => {
  const away = { error: { json: { data: { app: { code: "DB_UNAVAILABLE" } } } } };
  const answers = [
    () => Promise.reject(new TypeError("fetch failed")),
    async () => Response.json(away, { status: 503 }),
    async () => Response.json({ result: 1 }),
  ];
  let isWaiting = false;
  const seen: boolean[] = [];
  const send = () => {
    seen.push(isWaiting);
    return answers.shift()!();
  };
  const wait = () => {
    isWaiting = true;
    return () => {
      isWaiting = false;
    };
  };
  const { response, isAnswered } = await sendUntilAnswered(send, wait);
  expect([response.status, isAnswered, isWaiting, seen]).toEqual([200, true, false, [false, true, true]]);
});

it("a training machine that is away is an answer, and leaving the page ends it", async () => {
  const runner = { error: { json: { data: { app: { code: "RUNNER_UNAVAILABLE" } } } } };
  const answer = await sendUntilAnswered(
    async () => Response.json(runner, { status: 503 }),
    () => () => {},
  );
  expect(answer.isAnswered).toBe(true);
  const left = Object.assign(new Error("left"), { name: "AbortError" });
  await expect(
    sendUntilAnswered(
      () => Promise.reject(left),
      () => () => {},
    ),
  ).rejects.toThrow("left");
});
