/** What one suite's run came to. A run that broke without a failing test counts as one failure. */
const settle = ({ passed, failed, skipped }, exitCode) => ({
  passed,
  failed: failed === 0 && exitCode !== 0 ? 1 : failed,
  skipped,
});

/** Of vitest's JSON report. A file that could not be loaded has no tests and counts as one failure. */
export function countVitest(report, exitCode) {
  if (!report) return settle({ passed: 0, failed: 0, skipped: 0 }, exitCode || 1);
  const unloaded = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  const { numPassedTests: passed, numFailedTests, numPendingTests = 0, numTodoTests = 0 } = report;
  return settle(
    { passed, failed: numFailedTests + unloaded, skipped: numPendingTests + numTodoTests },
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
  return settle({ passed: number("tests") - failed - skipped, failed, skipped }, exitCode);
}

/** Of Playwright's JSON report. A test that only passed on a second try is a failure: it is not reliable. */
export function countPlaywright(report, exitCode) {
  if (!report?.stats) return settle({ passed: 0, failed: 0, skipped: 0 }, exitCode || 1);
  const { expected, unexpected, flaky, skipped } = report.stats;
  return settle({ passed: expected, failed: unexpected + flaky, skipped }, exitCode);
}

/** Of the closing lines of `node --test`. */
export function countTap(output, exitCode) {
  const number = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
  const failed = number("fail") + number("cancelled");
  return settle({ passed: number("pass"), failed, skipped: number("skipped") + number("todo") }, exitCode);
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
