import { expect, test } from "vitest";
import type { Context } from "./context";
import { requireRate } from "./rate-limit";

const from = (client: string, accountId?: string) =>
  ({ client, actor: accountId ? { accountId } : null }) as unknown as Context;
const three = { name: "test", limit: 3, windowMs: 60_000 };

test("the fourth call within a minute waits, another person's does not, and the next minute starts anew", () => {
  for (let i = 0; i < 3; i += 1) requireRate(from("10.0.0.1"), three, 1_000);
  expect(() => requireRate(from("10.0.0.1"), three, 11_000)).toThrow(
    expect.objectContaining({
      code: "RATE_LIMITED",
      status: 429,
      fix: expect.stringContaining("50 seconds"),
    }),
  );
  expect(() => requireRate(from("10.0.0.2"), three, 11_000)).not.toThrow();
  expect(() => requireRate(from("10.0.0.1", "an-account"), three, 11_000)).not.toThrow();
  expect(() => requireRate(from("10.0.0.1"), { ...three, name: "other" }, 11_000)).not.toThrow();
  expect(() => requireRate(from("10.0.0.1"), three, 61_001)).not.toThrow();
});
