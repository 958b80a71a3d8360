import type { RunnerClient } from "@/server/runner/client";
import { askRunner, webRunner } from "@/server/training-run/runner";

/** The bases that an adapter made elsewhere can be checked against: those whose files are here. */
export async function listImportBases(runner: RunnerClient = webRunner()) {
  const bases = await askRunner(() => runner.bases());
  return bases.flatMap(({ id, name, isDefault, isAvailable }) =>
    isAvailable ? [{ id, name, isDefault }] : [],
  );
}
