import { expect, test } from "vitest";
import { type RunnerClient, RunnerError } from "@/server/runner/client";
import { patientClient } from "./patient-client";

const away = new RunnerError(0, {
  code: "RUNNER_UNAVAILABLE",
  message: "The runner did not answer.",
  retryable: true,
});
const never = new Promise<never>(() => {});

function failing(times: number, error: Error) {
  let asked = 0;
  const hasBlob = async () => {
    asked += 1;
    if (asked <= times) throw error;
    return true;
  };
  return { client: { hasBlob } as unknown as RunnerClient, asked: () => asked };
}

test("asks again while the runner does not answer", async () => {
  const { client, asked } = failing(2, away);
  expect(await patientClient(client, never).hasBlob("")).toBe(true);
  expect(asked()).toBe(3);
});

test("gives up when its patience ends, and at once on any other error", async () => {
  await expect(patientClient(failing(9, away).client, never, 0).hasBlob("")).rejects.toBe(away);
  const other = new RunnerError(409, { code: "BLOB_HASH", message: "Another hash.", retryable: false });
  const { client, asked } = failing(9, other);
  await expect(patientClient(client, never).hasBlob("")).rejects.toBe(other);
  expect(asked()).toBe(1);
});

test("ends with the runner", async () => {
  const gone = new Error("gone");
  const ended = Promise.reject<never>(gone);
  ended.catch(() => {});
  await expect(patientClient(failing(99, away).client, ended).hasBlob("")).rejects.toBe(gone);
});
