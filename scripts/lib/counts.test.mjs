import { expect, test } from "vitest";
import { countJunit, countPlaywright, countTap, countText, countVitest } from "./counts.mjs";

test("vitest: a file that cannot be loaded is a failure", () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 2,
    testResults: [
      { status: "failed", assertionResults: [{}] },
      { status: "failed", assertionResults: [] },
    ],
  };
  expect(countVitest(report, 1)).toEqual({ passed: 3, failed: 2, skipped: 2 });
});

test("pytest: errors are failures, and the rest has passed", () => {
  const xml =
    '<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1.0">';
  expect(countJunit(xml, 1)).toEqual({ passed: 4, failed: 3, skipped: 3 });
});

test("playwright: flaky is failed", () => {
  expect(countPlaywright({ stats: { expected: 4, unexpected: 0, flaky: 1, skipped: 0 } }, 0)).toEqual({
    passed: 4,
    failed: 1,
    skipped: 0,
  });
});

test("node --test: cancelled is failed", () => {
  const tap = "# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n# todo 0\n";
  expect(countTap(tap, 1)).toEqual({ passed: 3, failed: 2, skipped: 0 });
});

test("text: the last sum counts", () => {
  const forge =
    "Suite result: ok. 2 passed; 0 failed; 0 skipped\nRan 2 test suites in 1s (2s CPU time): 30 tests passed, 1 failed, 0 skipped (31 total tests)\n";
  expect(countText(forge, 1)).toEqual({ passed: 30, failed: 1, skipped: 0 });
  expect(countText("ok\n9 passed, 0 failed\n", 0)).toEqual({ passed: 9, failed: 0, skipped: 0 });
});

test.each([
  [() => countVitest(null, 0)],
  [() => countJunit("", 139)],
  [() => countPlaywright(null, 1)],
  [() => countTap("", 1)],
  [() => countText("Segmentation fault", 139)],
])("a suite that broke before it could count is one failure", (count) => {
  expect(count()).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("a suite whose tests passed and that still ended badly is one failure", () => {
  expect(countText("9 passed, 0 failed", 1)).toEqual({ passed: 9, failed: 1, skipped: 0 });
});
