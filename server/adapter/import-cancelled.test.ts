import { readdir } from "node:fs/promises";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { adapters, auditLog } from "@/db/schema";
import { runWorldPerTest } from "@/server/training-run/test-run-world";
import { importAdapter } from "./import-adapter";
import { adapterConfig, adapterWeights, sentAdapter } from "./test-adapter";

/** 10 MB of numbers: the check reads them in ten pieces. */
const [RANK, WIDE] = [64, [32_768, 8_192] as [number, number]];
const large = sentAdapter(adapterWeights({ rank: RANK, shape: WIDE }), adapterConfig(RANK));

const t = runWorldPerTest();
beforeEach(() => {
  t.runner.linearShapes = async () => ({ "model.layers.0.self_attn.q_proj": WIDE });
});
const about = { name: "From afar", baseId: "tiny", licence: "mit", source: "a friend" };
const bring = (signal?: AbortSignal) =>
  importAdapter(t.world.as(t.world.builder), { about, ...large, signal }, t.runner);

/** Every file that the store holds, half-written ones too. */
async function filesKept(): Promise<string[]> {
  const root = path.resolve(t.world.blobs.path("0".repeat(64)), "../../..");
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

const kept = async () => ({
  adapters: await t.db.select().from(adapters),
  audit: await t.db.select().from(auditLog).where(eq(auditLog.action, "adapter.import")),
  files: await filesKept(),
});

/** The moments at which the sender goes away, as the check passes through them. */
const MOMENTS: Record<string, (leave: () => void) => void> = {
  "before it began": (leave) => leave(),
  "while the base's shapes are asked for": (leave) => {
    const { linearShapes } = t.runner;
    t.runner.linearShapes = async () => {
      leave();
      return linearShapes();
    };
  },
  "while its numbers are read": (leave) => {
    const { linearShapes } = t.runner;
    t.runner.linearShapes = async () => {
      void setImmediate().then(leave);
      return linearShapes();
    };
  },
};

test.each(Object.keys(MOMENTS))(
  "cancelled %s: nothing is left, and the same files can be sent again",
  async (when) => {
    const before = await kept();
    const sender = new AbortController();
    MOMENTS[when]!(() => sender.abort());
    await expect(bring(sender.signal)).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await kept()).toEqual(before);

    const { adapterId } = await bring(new AbortController().signal);
    const after = await kept();
    expect(after.adapters.map(({ id }) => id)).toEqual([adapterId]);
    expect(after.audit.length).toBe(before.audit.length + 1);
    expect(after.files.length).toBe(before.files.length + 2);
  },
);

test("others are served while a large adapter's numbers are read", async () => {
  let turns = 0;
  let isOver = false;
  const count = async () => {
    for (; !isOver; turns += 1) await setImmediate();
  };
  const counted = count();
  await bring();
  isOver = true;
  await counted;
  expect(turns).toBeGreaterThan(8);
});
