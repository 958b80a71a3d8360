import { parseArgs } from "node:util";
import { bundle } from "../lib/build.mjs";
import { majority, majorityOfThree } from "./review/majority.mjs";
import { playWorld, SCENARIO } from "./review/world.mjs";

export const summary =
  "bad rows let in by 30 % careless or colluding validators, ours against majority voting ([--seeds 200] [--from 1] [--sneakers 4] [--json])";

const KINDS = ["honest", "careless", "colluding"];
const GOAL = 0.02;

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: "string", default: "200" },
      from: { type: "string", default: "1" },
      sneakers: { type: "string", default: "4" },
      json: { type: "boolean", default: false },
    },
  });
  const [seeds, from, sneakers] = [values.seeds, values.from, values.sneakers].map(wholeNumber);
  const rules = await import(await bundle("review-rules", { entry: "server/review/rules.ts" }));
  const scenario = { ...SCENARIO, sneakers };
  const report = {
    seeds,
    from,
    scenario,
    plans: Object.fromEntries(
      ["new", "usual", "proven"].map((scrutiny) => [scrutiny, planFacts(rules, scrutiny)]),
    ),
    kinds: Object.fromEntries(KINDS.map((kind) => [kind, playAll({ rules, kind, seeds, from, scenario })])),
  };
  if (values.json) console.log(JSON.stringify(report));
  else print(report);
  const worst = Math.max(...KINDS.map((kind) => report.kinds[kind].ours.all.high));
  if (worst >= GOAL) throw new Error(`Goal missed: up to ${percent(worst)} of the accepted rows are bad.`);
}

function wholeNumber(text) {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`"${text}" must be a whole number above 0.`);
}

/** What the sequential test does at several true shares of bad rows, exactly. */
function planFacts(rules, scrutiny) {
  const plan = rules.planFor(rules.REVIEW_RULES, scrutiny, 10_000);
  const at = [0.005, 0.01, 0.02, 0.05, 0.1].map((rate) => ({ rate, ...rules.operating(plan, rate) }));
  return { ...plan, cleanReads: rules.cleanReads(plan), at, limit: rules.outgoingLimit(plan) };
}

function playAll({ rules, kind, seeds, from, scenario }) {
  const played = Array.from({ length: seeds }, (_, i) => {
    const world = playWorld({ rules, plans: rules.REVIEW_RULES, seed: from + i, kind, scenario });
    return {
      world,
      outcomes: { ours: ours(world), majority: majority(world), three: majorityOfThree(world) },
    };
  });
  const arm = (name) => ({
    all: mean(played.map(({ outcomes }) => badShare(outcomes[name].accepted))),
    /** Of the rows that the sneaking contributors handed in: bad ones that got in. */
    sneaked: mean(
      played.map(({ world, outcomes }) => {
        const handedIn = world.files.filter(({ isSneaky }) => isSneaky).flatMap(({ rows }) => rows);
        const got = outcomes[name].accepted.filter((row) => row.isBad && row.isSneaky).length;
        return got / handedIn.length;
      }),
    ),
    good: mean(
      played.map(({ world, outcomes }) => {
        const good = world.files.filter(({ isSneaky }) => !isSneaky).flatMap(({ rows }) => rows);
        return outcomes[name].accepted.filter((row) => !row.isSneaky).length / good.length;
      }),
    ),
    reads: mean(played.map(({ outcomes }) => outcomes[name].reads)),
  });
  const bad = played.map(({ world }) => world.people.slice(0, scenario.badValidators));
  return {
    handedIn: mean(played.map(({ world }) => badShare(world.files.flatMap(({ rows }) => rows)))),
    ours: arm("ours"),
    majority: arm("majority"),
    three: arm("three"),
    badInTraining: mean(
      bad.map((people) => people.filter(({ isTraining }) => isTraining).length / people.length),
    ),
    known: knownRates(rules, played),
  };
}

const ours = ({ files, decisions }) => ({
  accepted: files.flatMap(({ rows, isSneaky }) =>
    rows.filter(({ status }) => status === "accepted").map(({ isBad }) => ({ isBad, isSneaky })),
  ),
  reads: decisions,
});

/** How often the interval that the app shows holds the true share of bad rows among the accepted. */
function knownRates(rules, played) {
  let [shown, held] = [0, 0];
  for (const { world } of played) {
    const rows = world.files.flatMap((file) => file.rows);
    const accepted = rows.filter(({ status }) => status === "accepted");
    const audit = world.files
      .filter(({ verdict }) => verdict === "accepted")
      .flatMap((file) => file.rows.filter(({ isAudit, status }) => isAudit && status !== "pending"));
    const twice = rows.filter(({ by, status }) => by.length > 1 && status !== "pending");
    const accepts = (list) =>
      list.flatMap(({ by }) => by.slice(0, 2)).filter(({ isAccept }) => isAccept).length;
    const rate = rules.stratifiedRate([
      {
        rows: accepted.filter(({ isUnread }) => isUnread).length,
        checked: audit.length,
        defects: audit.filter(({ status }) => status === "rejected").length,
      },
      {
        rows: accepted.filter(({ isUnread }) => !isUnread).length,
        checked: accepts(twice),
        defects: accepts(twice.filter(({ status }) => status === "rejected")),
      },
    ]);
    if (!rate) continue;
    shown += 1;
    const truth = badShare(accepted);
    if (rate.low <= truth && truth <= rate.high) held += 1;
  }
  return { worlds: played.length, shown, held };
}

const badShare = (rows) => (rows.length ? rows.filter(({ isBad }) => isBad).length / rows.length : 0);

/** Mean over the worlds with its 95 % interval; worlds are independent of each other. */
function mean(values) {
  const n = values.length;
  const value = values.reduce((sum, one) => sum + one, 0) / n;
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / Math.max(1, n - 1);
  const spread = 1.96 * Math.sqrt(variance / n);
  return { value, low: value - spread, high: value + spread, worst: Math.max(...values) };
}

const percent = (share, digits = 2) => `${(100 * share).toFixed(digits)} %`;
const within = ({ value, low, high }) => `${percent(value)} (${percent(low)} to ${percent(high)})`;

function print({ seeds, scenario, plans, kinds }) {
  console.log("The sequential test of a file of 10,000 rows, exactly (chance of acceptance, mean reads):");
  for (const [name, plan] of Object.entries(plans))
    console.log(
      `  ${name.padEnd(7)} ${plan.cleanReads} clean reads accept; ` +
        plan.at
          .map(
            ({ rate, accepted, meanReads }) =>
              `${percent(rate, 1)}: ${accepted.toFixed(3)}, ${meanReads.toFixed(0)}`,
          )
          .join("; ") +
        `; lets in at most ${percent(plan.limit.outgoing)} (at ${percent(plan.limit.rate, 1)})`,
    );
  const { validators, badValidators, files, rows, sneakers, sneakedShare, honestShare } = scenario;
  console.log(
    `\n${seeds} Datanets of ${files} files of ${rows} rows, ${sneakers} of them with ${percent(sneakedShare, 0)} bad rows and the others ` +
      `with ${percent(honestShare, 1)}; ${validators} validators, ${badValidators} of them as named; mean over the Datanets with its 95 % interval`,
  );
  for (const [kind, one] of Object.entries(kinds)) {
    console.log(`\n${kind} (${percent(one.handedIn.value)} of what was handed in is bad)`);
    for (const [name, label] of [
      ["ours", "ours"],
      ["majority", "majority of the same decisions"],
      ["three", "majority of 3 on every row"],
    ]) {
      const arm = one[name];
      console.log(
        `  ${label.padEnd(31)} bad among accepted ${within(arm.all)}, worst ${percent(arm.all.worst)}; ` +
          `sneaked in ${percent(arm.sneaked.value)} of ${percent(scenario.sneakedShare, 0)}; ` +
          `honest rows accepted ${percent(arm.good.value, 1)}; ${arm.reads.value.toFixed(0)} reads`,
      );
    }
    console.log(
      `  bad validators sent to training: ${percent(one.badInTraining.value, 0)}; the shown interval holds the true share in ` +
        `${one.known.held} of ${one.known.shown} Datanets (no figure in ${one.known.worlds - one.known.shown})`,
    );
  }
  const isMet = Object.values(kinds).every(({ ours: arm }) => arm.all.high < GOAL);
  console.log(
    `\nGoal (T12): under ${percent(GOAL, 0)} of the accepted rows are bad: ${isMet ? "goal met" : "GOAL MISSED"}`,
  );
}
