import { expect, test } from "vitest";
import { startSpeed } from "./speed";

test("the speed is that of the last five seconds, and begins anew after a break", () => {
  let now = 0;
  const measure = startSpeed(() => now);
  expect(measure(0, 10_000)).toBeNull();
  now = 900;
  expect(measure(900, 10_000)).toBeNull();
  now = 2_000;
  expect(measure(2_000, 10_000)).toEqual({ bytesPerSecond: 1_000, secondsLeft: 8 });
  now = 6_000;
  // Since 900 ms: 900 bytes then, 6,000 now.
  expect(measure(6_000, 10_000)!.bytesPerSecond).toBe(1_000);
  measure.forget();
  now = 60_000;
  expect(measure(6_000, 10_000)).toBeNull();
  now = 61_000;
  expect(measure(6_000, 10_000)).toBeNull();
  now = 62_000;
  expect(measure(10_000, 10_000)).toEqual({ bytesPerSecond: 2_000, secondsLeft: 0 });
});
