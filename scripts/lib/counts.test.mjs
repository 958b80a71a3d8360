import { expect, test } from "vitest";
import { countJunit, countPlaywright, countTap, countText, countVitest } from "./counts.mjs";

test("vitest: a file that cannot be loaded is a failure", () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 2,
    testResults: [
      {
        status: "failed",
        assertionResults: [
          { status: "passed", fullName: "adds" },
          { status: "failed", fullName: "takes" },
        ],
      },
      { status: "failed", assertionResults: [], name: "broken.test.ts" },
    ],
  };
  const failures = ["takes", "broken.test.ts"];
  expect(countVitest(report, 1)).toEqual({ passed: 3, failed: 2, skipped: 2, failures });
});

test("pytest: errors are failures, and the rest has passed", () => {
  const xml =
    '<?xml version="1.0"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1.0">' +
    '<testcase classname="a" name="good" time="0.1" /><testcase classname="a" name="bad[1-2]" time="0.1"><failure message="x">no</failure></testcase>';
  expect(countJunit(xml, 1)).toEqual({ passed: 4, failed: 3, skipped: 3, failures: ["bad[1-2]"] });
});

test("playwright: flaky is failed", () => {
  const specs = [
    { title: "well", ok: true, tests: [{ status: "expected" }] },
    { title: "twice", ok: true, tests: [{ status: "flaky" }] },
  ];
  const stats = { expected: 4, unexpected: 0, flaky: 1, skipped: 0 };
  const counted = { passed: 4, failed: 1, skipped: 0, failures: ["twice"] };
  expect(countPlaywright({ stats, suites: [{ suites: [{ specs }] }] }, 0)).toEqual(counted);
});

test("node --test: cancelled is failed", () => {
  const tap =
    "ok 1 - well\nnot ok 2 - ill\n# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n# todo 0\n";
  expect(countTap(tap, 1)).toEqual({ passed: 3, failed: 2, skipped: 0, failures: ["ill"] });
});

test("text: the last sum counts", () => {
  const forge =
    "Suite result: ok. 2 passed; 0 failed; 0 skipped\nRan 2 test suites in 1s (2s CPU time): 30 tests passed, 1 failed, 0 skipped (31 total tests)\n";
  expect(countText(forge, 1)).toEqual({ passed: 30, failed: 1, skipped: 0, failures: [] });
  expect(countText("ok\n9 passed, 0 failed\n", 0)).toEqual({
    passed: 9,
    failed: 0,
    skipped: 0,
    failures: [],
  });
});

test.each([
  [() => countVitest(null, 0)],
  [() => countJunit("", 139)],
  [() => countPlaywright(null, 1)],
  [() => countTap("", 1)],
  [() => countText("Segmentation fault", 139)],
])("a suite that broke before it could count is one failure", (count) => {
  expect(count()).toEqual({ passed: 0, failed: 1, skipped: 0, failures: [] });
});

test("a suite whose tests passed and that still ended badly is one failure", () => {
  expect(countText("9 passed, 0 failed", 1)).toEqual({ passed: 9, failed: 1, skipped: 0, failures: [] });
});
