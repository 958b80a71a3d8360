import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Person } from "../../chaos/person.mjs";
import { root } from "../paths.mjs";
import { PLANTED_LABELS } from "./planted-rows.mjs";
import { contribute, storageStateOf } from "./thousand-rows.mjs";

const PATIENCE_MS = 120_000;
const ROWS = 40;
const RULES = { doubleShare: 0, knownShare: 0, acceptableRate: 0.01, rejectableRate: 0.08 };

/** A Datanet in review: a row in hand, rows sent back, a disagreement, and its owner's rules, as albums of who sees each. */
export async function makeReview(url) {
  const person = async (name) => {
    const made = new Person({ name, url: () => url, patienceMs: PATIENCE_MS });
    await made.signIn();
    return made;
  };
  const [owner, cam, vic, wes, third] = [
    await person("Ida Okafor"),
    await person("Cam Silva"),
    await person("Vic Ahn"),
    await person("Wes Brandt"),
    await person("Zoe Lind"),
  ];
  const { datanetId } = await owner.call("datanet.create", {
    goal: "label",
    name: "What is described, by review",
    purpose: "Sort short dictionary definitions into eight kinds of thing.",
    guidelines: "One definition a row. Reject a definition that fits two kinds equally well.",
    licence: "CC-BY-4.0",
    labels: PLANTED_LABELS,
  });
  for (const one of [cam, vic, wes, third]) await one.call("datanet.join", { datanetId });
  for (const one of [vic, wes, third])
    await owner.call("datanet.grant", { datanetId, accountId: one.id, isValidator: true });
  const submitted = async (name, from) => {
    const contributionId = await contribute(cam, datanetId, name, definitions(from));
    await cam.call("contribution.submit", { contributionId, licence: "CC-BY-4.0", isMineToGive: true });
    return contributionId;
  };
  await owner.call("datanet.setReviewRules", {
    datanetId,
    ...RULES,
    doubleShare: 1,
  });
  await submitted("seen-by-two.csv", 0);
  const seen = await decideFirst(vic, datanetId, { decision: "accept" });
  const unclear = { decision: "reject", reason: "unclear", note: "It fits a plant as well as a food." };
  await decideFirst(wes, datanetId, unclear, { recordId: seen });
  await owner.call("datanet.setReviewRules", {
    datanetId,
    ...RULES,
  });
  const own = await submitted("first-try.csv", ROWS);
  for (const decision of [
    { decision: "send_back", reason: "unclear", note: "Which part of the body?" },
    { decision: "reject", reason: "wrong_answer" },
    { decision: "accept" },
  ])
    await decideFirst(third, datanetId, decision, { contributionId: own });
  const at = `/datanets/${datanetId}`;
  const press = (key) => async (page) => {
    await page.getByRole("article").first().waitFor();
    await page.keyboard.press(key);
  };
  return [
    {
      storageState: storageStateOf(third, url),
      pages: {
        queue: `${at}/review`,
        "queue-reason": { path: `${at}/review`, act: press("s") },
        "queue-fix": { path: `${at}/review`, act: press("f") },
        "queue-help": { path: `${at}/review`, act: press("?") },
        "queue-search": { path: `${at}/review`, act: press("/") },
        "queue-disputed": { path: `${at}/review`, act: press("d") },
      },
    },
    {
      storageState: storageStateOf(owner, url),
      pages: { "review-tab": `${at}#review`, access: `${at}#access`, members: `${at}#members` },
    },
    {
      storageState: storageStateOf(cam, url),
      pages: { "sent-back": `/contributions/${own}`, account: "/account" },
    },
  ];
}

/** Decides on the first row that comes, of one file or this very row where it is named. Answers its id. */
async function decideFirst(person, datanetId, decision, { contributionId, recordId } = {}) {
  let skip = {};
  for (let i = 0; i < 3 * ROWS; i += 1) {
    const wanted = recordId ? { wantedRecordId: recordId } : skip;
    const { item } = await person.call("review.claimNext", { datanetId, ...wanted });
    if (!item) break;
    skip = { skipRecordId: item.recordId };
    if (contributionId && item.contribution.id !== contributionId) continue;
    await person.call("review.decide", { recordId: item.recordId, ...decision });
    return item.recordId;
  }
  throw new Error("The row that is wanted does not wait for review.");
}

const definitions = (from) => {
  const [header, ...rows] = readFileSync(resolve(root, "samples", "labels", "data", "ben.csv"), "utf8").split(
    "\n",
  );
  return [header, ...rows.slice(from, from + ROWS)].join("\n");
};
