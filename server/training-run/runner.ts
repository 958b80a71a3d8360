import { env } from "@/env";
import { AppError } from "@/server/errors";
import { createRunnerClient, type RunnerClient, RunnerError } from "@/server/runner/client";

/** The runner as the web process calls it: short reads only, long work is the reconciler's. */
export function webRunner(): RunnerClient {
  const { RUNNER_URL, RUNNER_TOKEN } = env();
  return createRunnerClient({ url: RUNNER_URL, token: RUNNER_TOKEN });
}

/** Calls the runner and turns its absence into a sentence for the person. */
export async function askRunner<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RunnerError)) throw error;
    throw new AppError(
      "UNAVAILABLE",
      "RUNNER_UNAVAILABLE",
      "The training machine did not answer.",
      "Nothing was lost. Try again in a few seconds.",
      `${error.code}: ${error.message}`,
    );
  }
}
