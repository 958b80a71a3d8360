import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { trainingRuns } from "@/db/schema";
import { TRAINING_RUN_STATUSES, TRAINING_RUN_TRANSITIONS } from "@/db/schema/training-run.constants";
import { Fenced, writeRun } from "./fence";
import { startedRunPerTest } from "./test-run-world";

const t = startedRunPerTest();

test("a run moves only along its transition table, and only for who read it last", async () => {
  const free = async (status: (typeof TRAINING_RUN_STATUSES)[number]) => {
    await t.db.update(trainingRuns).set({ status }).where(eq(trainingRuns.id, t.runId()));
    return t.run();
  };
  for (const from of TRAINING_RUN_STATUSES) {
    for (const to of TRAINING_RUN_STATUSES) {
      const row = await free(from);
      const write = writeRun(t.db, row, { status: to });
      if (TRAINING_RUN_TRANSITIONS[from].includes(to)) {
        await write;
        expect((await t.run()).status).toBe(to);
        await expect(writeRun(t.db, row, { progress: null })).rejects.toBeInstanceOf(Fenced);
      } else {
        await expect(write).rejects.toThrow(`a run does not go from ${from} to ${to}`);
      }
    }
  }
});
