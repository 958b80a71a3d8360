/**
 * One Datanet reviewed from its first row to its last, by the app's own rules. What a person is like is a chance:
 * everything else (who gets which row, when a file is accepted, who is sent to training) is decided as the app does.
 */

/** People: an honest validator misses a bad row, or refuses a good one, so often. */
export const HONEST = { misses: 0.05, refusesGood: 0.01 };
/** Somebody careless accepts without looking, but for so many. */
export const CARELESS_LOOKS = 0.1;
export const SCENARIO = {
  validators: 10,
  badValidators: 3,
  files: 12,
  sneakers: 4,
  rows: 1000,
  sneakedShare: 0.05,
  honestShare: 0.005,
  knownItems: 60,
};
const REVIEW = { doubleShare: 0.1, knownShare: 0.07 };

export function playWorld({ rules, plans, seed, kind, scenario = SCENARIO }) {
  const next = seeded(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const people = Array.from({ length: scenario.validators }, (_, id) => ({
    id,
    kind: id < scenario.badValidators ? kind : "honest",
    answers: [],
    seenKnown: new Set(),
    isTraining: false,
  }));
  const files = Array.from({ length: scenario.files }, (_, id) => makeFile(id, id < scenario.sneakers));
  const known = Array.from({ length: scenario.knownItems }, (_, id) => ({
    id,
    isBad: id % 2 === 1,
    file: Math.floor(next() * scenario.files),
  }));
  let decisions = 0;
  let training = 0;

  function makeFile(id, isSneaky) {
    const share = isSneaky ? scenario.sneakedShare : scenario.honestShare;
    const rows = Array.from({ length: scenario.rows }, (_, row) => ({
      row,
      isBad: next() < share,
      wanted: next() < REVIEW.doubleShare ? 2 : 1,
      by: [],
      status: "pending",
      isAudit: false,
      isUnread: false,
    }));
    const plan = rules.planFor(
      plans,
      rules.scrutinyOf({ read: 0, defects: 0, reviewed: 0 }, plans),
      scenario.rows,
    );
    return {
      id,
      isSneaky,
      rows,
      open: [...rows],
      plan,
      verdict: "looking",
      read: 0,
      defects: 0,
      audit: [0, 0],
    };
  }

  const decide = (person, isBad, file) => decideAlone(person, isBad, files[file].isSneaky, next);

  /** True when there was an item for this person. */
  function giveKnown(person) {
    const unseen = known.filter(({ id }) => !person.seenKnown.has(id));
    if (unseen.length === 0) return false;
    const item = pick(unseen);
    person.seenKnown.add(item.id);
    person.answers.push({ isRight: decide(person, item.isBad, item.file) === !item.isBad });
    person.isTraining = rules.standingAfter(person.answers).isTraining;
    return true;
  }

  function settle(file, row) {
    const accepts = row.by.filter(({ isAccept }) => isAccept).length;
    if (row.by.length < row.wanted) return;
    if (row.wanted === 2 && accepts === 1) {
      row.wanted = 3;
      return;
    }
    row.status = accepts * 2 > row.by.length ? "accepted" : "rejected";
    file.open.splice(file.open.indexOf(row), 1);
    const isDefect = row.status === "rejected";
    if (row.isAudit) {
      file.audit[0] += 1;
      file.audit[1] += isDefect ? 1 : 0;
      askAudit(file);
    } else {
      file.read += 1;
      file.defects += isDefect ? 1 : 0;
      askPlan(file);
    }
  }

  function askPlan(file) {
    if (file.verdict !== "looking" || rules.isReadWhole(file.plan)) return;
    file.verdict = rules.judgeReads(file.plan, file);
    if (file.verdict === "looking") return;
    const untouched = file.open.filter(({ by }) => by.length === 0);
    if (file.verdict === "rejected") {
      for (const row of untouched) row.status = "sent_back";
    } else {
      const slice = new Set(shuffled(untouched).slice(0, Math.ceil(untouched.length * file.plan.auditShare)));
      for (const row of untouched)
        if (slice.has(row)) Object.assign(row, { isAudit: true, wanted: 2 });
        else Object.assign(row, { status: "accepted", isUnread: true });
    }
    file.open = file.open.filter(({ status }) => status === "pending");
  }

  function askAudit(file) {
    const [read, defects] = file.audit;
    if (file.verdict !== "accepted" || rules.judgeReads(file.plan, { read, defects }) !== "rejected") return;
    file.verdict = "rejected";
    for (const row of file.rows)
      if (row.isUnread) Object.assign(row, { status: "sent_back", isUnread: false });
  }

  function shuffled(list) {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i -= 1) {
      const j = Math.floor(next() * (i + 1));
      [copy[i], copy[j]] = [copy[j], copy[i]];
    }
    return copy;
  }

  for (;;) {
    const open = files.filter((file) => file.open.length > 0);
    if (open.length === 0) break;
    const person = pick(people);
    if (person.isTraining) {
      // Without an item left they get nothing; with everybody in training the queue would stand still.
      if (giveKnown(person)) training += 1;
      if (people.every((one) => one.isTraining && one.seenKnown.size === known.length)) break;
      continue;
    }
    if (next() < REVIEW.knownShare && giveKnown(person)) continue;
    // A random row of the queue is of a file as often as the file has rows in it.
    const file = weighted(open, next);
    const free = file.open.filter(({ by }) => by.every(({ id }) => id !== person.id));
    if (free.length === 0) continue;
    const row = pick(free);
    row.by.push({ id: person.id, isAccept: decide(person, row.isBad, file.id) });
    decisions += 1;
    settle(file, row);
  }
  return { files, people, decisions, training, next };
}

/** Whether this person accepts a row. Who colludes is honest but for the files of those they help. */
export function decideAlone(person, isBad, isSneaky, next) {
  if (person.kind === "colluding" && isSneaky) return true;
  if (person.kind === "careless" && next() >= CARELESS_LOOKS) return true;
  return isBad ? next() < HONEST.misses : next() >= HONEST.refusesGood;
}

function weighted(files, next) {
  let lot = next() * files.reduce((sum, { open }) => sum + open.length, 0);
  for (const file of files) {
    lot -= file.open.length;
    if (lot < 0) return file;
  }
  return files.at(-1);
}

function seeded(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
