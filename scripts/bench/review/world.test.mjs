import { expect, test } from "vitest";
import * as rules from "@/server/review/rules";
import { majority } from "./majority.mjs";
import { playWorld, SCENARIO } from "./world.mjs";

const scenario = { ...SCENARIO, files: 4, sneakers: 1, rows: 300 };
const play = (seed, kind = "honest") => playWorld({ rules, plans: rules.REVIEW_RULES, seed, kind, scenario });
const statuses = ({ files }) =>
  files.map(({ rows }) => rows.filter(({ status }) => status === "accepted").length);

test("the same seed plays the same world, another one another", () => {
  expect(statuses(play(5))).toEqual(statuses(play(5)));
  expect(statuses(play(5))).not.toEqual(statuses(play(6)));
});

test("no row is left waiting, nobody decides on a row twice, and the unread are exactly those without a decision", () => {
  const { files, decisions } = play(7);
  const rows = files.flatMap((file) => file.rows);
  expect(rows.filter(({ status }) => status === "pending")).toEqual([]);
  expect(rows.every(({ by }) => new Set(by.map(({ id }) => id)).size === by.length)).toBe(true);
  expect(rows.every(({ by, status, isUnread }) => by.length > 0 || isUnread || status === "sent_back")).toBe(
    true,
  );
  expect(rows.reduce((sum, { by }) => sum + by.length, 0)).toBe(decisions);
});

test("who accepts everything is found out by the known answers", () => {
  const many = { ...scenario, files: 12, rows: 1000 };
  const world = playWorld({ rules, plans: rules.REVIEW_RULES, seed: 2, kind: "careless", scenario: many });
  const [bad, honest] = [world.people.slice(0, 3), world.people.slice(3)];
  expect(bad.some(({ isTraining }) => isTraining)).toBe(true);
  expect(honest.some(({ isTraining }) => isTraining)).toBe(false);
});

test("majority voting counts the same decisions and accepts every unread row of a file that is mostly good", () => {
  const world = play(8);
  const { accepted, reads } = majority(world);
  expect(reads).toBe(world.decisions);
  const unread = world.files.flatMap((file) => file.rows).filter(({ by }) => by.length === 0).length;
  expect(accepted.length).toBeGreaterThanOrEqual(unread);
});
