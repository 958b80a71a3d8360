import { type RunnerClient, RunnerError } from "@/server/runner/client";

const PATIENCE_MS = 180_000;
const PAUSE_MS = 500;

/**
 * The client, asking again while the runner is there but does not answer, as it may on a busy machine while it
 * imports or a recipe starts. Every call of the contract may be repeated. Ends at once when the runner has ended.
 */
export function patientClient(
  client: RunnerClient,
  ended: Promise<never>,
  patienceMs = PATIENCE_MS,
): RunnerClient {
  const patient = Object.entries(client).map(([name, call]) => {
    const ask = call as (...args: unknown[]) => Promise<unknown>;
    const again = async (...args: unknown[]): Promise<unknown> => {
      const until = Date.now() + patienceMs;
      for (;;) {
        try {
          return await Promise.race([ask(...args), ended]);
        } catch (error) {
          const isAway = error instanceof RunnerError && error.code === "RUNNER_UNAVAILABLE";
          if (!isAway || Date.now() >= until) throw error;
        }
        await Promise.race([new Promise((resolve) => setTimeout(resolve, PAUSE_MS)), ended]);
      }
    };
    return [name, again];
  });
  return Object.fromEntries(patient) as RunnerClient;
}
