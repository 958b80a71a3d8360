/** What one suite's run came to, with the failing tests' names. A run that broke without a failing test counts as one failure. */
const settle = ({ passed, failed, skipped, failures = [] }, exitCode) => ({
  passed,
  failed: failed === 0 && exitCode !== 0 ? 1 : failed,
  skipped,
  failures,
});

/** Of vitest's JSON report. A file that could not be loaded has no tests and counts as one failure. */
export function countVitest(report, exitCode) {
  if (!report) return settle({ passed: 0, failed: 0, skipped: 0 }, exitCode || 1);
  const unloaded = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  const { numPassedTests: passed, numFailedTests, numPendingTests = 0, numTodoTests = 0 } = report;
  const failures = report.testResults
    .filter((file) => file.status === "failed")
    .flatMap((file) => [
      ...file.assertionResults.filter((each) => each.status === "failed").map((each) => each.fullName),
      ...(file.assertionResults.length === 0 ? [file.name] : []),
    ]);
  return settle(
    { passed, failed: numFailedTests + unloaded, skipped: numPendingTests + numTodoTests, failures },
    exitCode,
  );
}

/** Of pytest's JUnit file. */
export function countJunit(xml, exitCode) {
  const head = /<testsuite\b[^>]*>/.exec(xml ?? "")?.[0];
  if (!head) return settle({ passed: 0, failed: 0, skipped: 0 }, exitCode || 1);
  const number = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const failed = number("failures") + number("errors");
  const skipped = number("skipped");
  const failures = [
    ...xml.matchAll(/<testcase\b[^>]*?\bname="([^"]*)"[^>]*[^/]>\s*<(?:failure|error)\b/g),
  ].map(([, name]) => name);
  return settle({ passed: number("tests") - failed - skipped, failed, skipped, failures }, exitCode);
}

/** Of Playwright's JSON report. A test that only passed on a second try is a failure: it is not reliable. */
export function countPlaywright(report, exitCode) {
  if (!report?.stats) return settle({ passed: 0, failed: 0, skipped: 0 }, exitCode || 1);
  const { expected, unexpected, flaky, skipped } = report.stats;
  const failures = specsOf(report.suites ?? [])
    .filter((spec) => !spec.ok || spec.tests.some((each) => each.status === "flaky"))
    .map((spec) => spec.title);
  return settle({ passed: expected, failed: unexpected + flaky, skipped, failures }, exitCode);
}

const specsOf = (list) => list.flatMap((suite) => [...(suite.specs ?? []), ...specsOf(suite.suites ?? [])]);

/** Of the closing lines of `node --test`. */
export function countTap(output, exitCode) {
  const number = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
  const failed = number("fail") + number("cancelled");
  const failures = [...output.matchAll(/^not ok \d+ - (.*)$/gm)].map(([, name]) => name);
  const skipped = number("skipped") + number("todo");
  return settle({ passed: number("pass"), failed, skipped, failures }, exitCode);
}

/**
 * Of text output: forge's "12 tests passed, 0 failed, 0 skipped", or our own closing line "12 passed, 0 failed".
 * The last such line is the sum of the others.
 */
export function countText(output, exitCode) {
  const line = [...output.matchAll(/(\d+) (?:tests? )?passed, (\d+) failed(?:, (\d+) skipped)?/g)].at(-1);
  if (!line) return settle({ passed: 0, failed: 0, skipped: 0 }, exitCode || 1);
  const [passed, failed, skipped] = line.slice(1).map((each) => Number(each ?? 0));
  return settle({ passed, failed, skipped }, exitCode);
}
