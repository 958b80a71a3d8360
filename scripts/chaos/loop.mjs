import assert from "node:assert/strict";
import { sleep } from "../lib/processes.mjs";

const POLL_MS = 400;

/**
 * The main loop as named steps over HTTP, two people with keys of their own. Every step may be disturbed at any
 * moment; what was acknowledged is noted in `world.acknowledged` and must be there at the end.
 * @returns {{name: string, run: () => Promise<void>}[]}
 */
export function loopSteps({
  ann,
  bob,
  files,
  labels,
  world,
  patienceMs,
  goal = "label",
  name = "What is described?",
  licence = "CC-BY-4.0",
  onRun = () => {},
}) {
  world.acknowledged = { rows: 0, decisions: new Set(), transactions: [] };
  const { acknowledged } = world;
  let runs = 0;
  const send = async (person, call, purpose, id) =>
    acknowledged.transactions.push(await person.send(call, purpose, id));

  async function until(what, look) {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const found = await look();
      if (found) return found;
      assert.ok(performance.now() < deadline, `${what} within ${patienceMs / 1000} s`);
      await sleep(POLL_MS);
    }
  }

  const step = (name, run) => ({ name, run });
  return [
    step("sign in", async () => {
      await ann.signIn();
      await bob.signIn();
    }),
    step("create a Datanet", async () => {
      world.datanetId = (
        await ann.call("datanet.create", {
          goal,
          name,
          purpose: "Name the kind of thing that a short definition describes.",
          guidelines: "One definition a row. The answer is the one label that fits.",
          licence,
          labels: goal === "label" ? labels : [],
        })
      ).datanetId;
    }),
    step("register it", async () => {
      const { call } = await ann.call("datanet.prepareRegister", { datanetId: world.datanetId });
      await send(ann, call, "datanet.create", world.datanetId);
      await until(
        "registered",
        async () => (await ann.call("datanet.get", { datanetId: world.datanetId })).status === "registered",
      );
    }),
    step("make a validator", async () => {
      await bob.call("datanet.join", { datanetId: world.datanetId });
      await ann.call("datanet.grant", { datanetId: world.datanetId, accountId: bob.id, isValidator: true });
      const { call } = await ann.call("datanet.prepareGrant", {
        datanetId: world.datanetId,
        accountId: bob.id,
      });
      await send(ann, call, "datanet.grant", world.datanetId);
    }),
    step("upload files", async () => {
      world.contributions = [];
      for (const { name, content } of files)
        world.contributions.push(await ann.upload(world.datanetId, name, content));
    }),
    step("submit them", async () => {
      for (const contributionId of world.contributions) {
        await until("parsed", async () => {
          const each = await ann.call("contribution.get", { contributionId });
          assert.notEqual(each.status, "failed", JSON.stringify(each.problem));
          return ["ready", "submitted"].includes(each.status);
        });
        const input = { contributionId, licence, isMineToGive: true };
        const { submitted } = await ann.call("contribution.submit", input);
        acknowledged.rows += submitted;
      }
    }),
    // Read one by one until each file's plan has accepted its rest, then what the plans drew to check on it.
    step("review every row", async () => {
      for (;;) {
        const { item } = await bob.call("review.claimNext", { datanetId: world.datanetId });
        if (!item) break;
        const isDecided = await bob
          .call("review.decide", { recordId: item.recordId, decision: "accept" })
          .then(
            () => true,
            (error) => {
              // Held longer than a lease while parts were away: the row comes again.
              if (error.cause?.code === "CLAIM_EXPIRED") return false;
              throw error;
            },
          );
        if (isDecided) acknowledged.decisions.add(item.recordId);
      }
    }),
    step("prepare a version", async () => {
      world.snapshotId = (await ann.call("snapshot.freeze", { datanetId: world.datanetId })).snapshotId;
      await until(
        "prepared",
        async () => (await ann.call("snapshot.get", { snapshotId: world.snapshotId })).status === "approval",
      );
    }),
    step("approve and freeze it", async () => {
      const { snapshotId } = world;
      const { typedData, deadline } = await bob.call("snapshot.getApproval", { snapshotId });
      const signature = await bob.account.signTypedData(typedData);
      await bob.call("snapshot.approve", { snapshotId, signature, deadline });
      const { call } = await ann.call("snapshot.prepareCommit", { snapshotId });
      await send(ann, call, "snapshot.commit", snapshotId);
      await until("frozen", async () => (await ann.call("snapshot.get", { snapshotId })).status === "frozen");
    }),
    step("start a run", async () => {
      world.runId = await startRun();
    }),
    step("train", () => finish("runId", ["evaluating", "ability", "scoring", "succeeded"])),
    step("measure and score", () => finish("runId", ["succeeded"])),
    step("check for publication", async () => {
      const { adapter } = await ann.call("trainingRun.get", { runId: world.runId });
      world.adapterId = adapter.id;
      world.adapterSha256 = adapter.sha256;
      world.publicationId = (
        await ann.call("publication.start", { adapterId: adapter.id, name: "What is described, first try" })
      ).publicationId;
      await until("checked", async () => {
        const { status, checks } = await ann.call("publication.ofAdapter", { adapterId: adapter.id });
        assert.notEqual(status, "blocked", JSON.stringify(checks));
        return status === "ready";
      });
    }),
    step("publish", async () => {
      const { call } = await ann.call("publication.prepare", { publicationId: world.publicationId });
      await send(ann, call, "adapter.publish", world.publicationId);
      await until(
        "final",
        async () =>
          (await ann.call("publication.ofAdapter", { adapterId: world.adapterId })).status === "final",
      );
    }),
    step("train the same again", async () => {
      world.secondRunId = await startRun();
      await finish("secondRunId", ["succeeded"]);
    }),
  ];

  async function startRun() {
    const input = { snapshotIds: [world.snapshotId], baseId: "tiny", preset: "quick" };
    // Before several Datanets could share a run there was one id.
    const { runId } = await ann.call("trainingRun.create", input).catch((error) => {
      if (error.cause?.code !== "UNKNOWN_FIELD" && error.cause?.code !== "INPUT_INVALID") throw error;
      const { snapshotIds, ...rest } = input;
      return ann.call("trainingRun.create", { ...rest, snapshotId: snapshotIds[0] });
    });
    onRun(runId, ++runs);
    await until("ready for the wallet", async () => !["checking"].includes(await statusOf(runId)));
    const { call } = await ann.call("trainingRun.prepareCommit", { runId });
    await send(ann, call, "run.commit", runId);
    await until("begun", async () => (await statusOf(runId)) !== "commit");
    return runId;
  }

  async function statusOf(runId) {
    const { status, problem } = await ann.call("trainingRun.get", { runId });
    assert.ok(!["failed", "cancelled"].includes(status), `the run ${status}: ${JSON.stringify(problem)}`);
    return status;
  }

  function finish(key, statuses) {
    return until(statuses[0], async () => statuses.includes(await statusOf(world[key])));
  }
}
