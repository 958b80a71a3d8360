import { pick } from "./copying.mjs";
import { LABELS, SUBJECTS } from "./words.mjs";

const rateOf = (correct, n) => {
  const rate = correct / n;
  const half = 1.96 * Math.sqrt((rate * (1 - rate)) / n);
  return { correct, n, rate, low: Math.max(0, rate - half), high: Math.min(1, rate + half) };
};

/** One answer of a hundred-faced model: right in `percent` of the cases, another label in the others. */
function answerTo(name, right, percent) {
  const correct = pick(name, 100) < percent;
  const other =
    LABELS[(LABELS.indexOf(right) + 1 + pick(`${name} wrong`, LABELS.length - 1)) % LABELS.length];
  return { text: correct ? right : other, correct };
}

/**
 * evaluation.json of a run with forty labels and forty categories: `rows` are the test's, `{id, prompt, answer, sealed}`;
 * `seed` makes another model of it. Made for pictures: its figures are those of its items, its p values are not.
 */
export function busyEvaluation(sample, rows, seed) {
  const items = rows.map(({ id, prompt, answer, sealed }) => ({
    id,
    sealed,
    prompt,
    category: SUBJECTS[pick(id, SUBJECTS.length)],
    expected: [answer],
    answers: {
      base: answerTo(`${id} base`, answer, 24),
      prompted: answerTo(`${id} prompted`, answer, 41),
      majority: { text: LABELS[0], correct: answer === LABELS[0] },
      tuned: answerTo(`${id} ${seed}`, answer, 40 + pick(answer, 45)),
    },
  }));
  const arms = Object.fromEntries(
    Object.keys(sample.arms).map((arm) => [
      arm,
      {
        ...rateOf(items.filter(({ answers }) => answers[arm].correct).length, items.length),
        failed: 0,
        per_class: perClass(items, arm),
      },
    ]),
  );
  return {
    ...sample,
    n: items.length,
    items,
    arms,
    comparison: compare(sample.comparison, items, "base"),
    comparison_prompted: compare(sample.comparison_prompted, items, "prompted"),
    categories: SUBJECTS.map((category) => categoryOf(category, items)).filter(({ n }) => n > 0),
  };
}

const paired = (items, arm) => {
  const count = (before, after) =>
    items.filter(({ answers }) => answers[arm].correct === before && answers.tuned.correct === after).length;
  return {
    fixed: count(false, true),
    broken: count(true, false),
    both_right: count(true, true),
    both_wrong: count(false, false),
  };
};

function compare(sample, items, arm) {
  const counts = paired(items, arm);
  const { fixed, broken } = counts;
  const n = items.length;
  const difference = (fixed - broken) / n;
  const half = (1.96 * Math.sqrt(fixed + broken)) / n;
  const reason = `${fixed} questions fixed, ${broken} broken, of ${n}: more got better than chance explains (p = 1e-12).`;
  return {
    ...sample,
    ...counts,
    difference,
    interval: [difference - half, difference + half],
    p_value: 1e-12,
    reason,
  };
}

function categoryOf(category, items) {
  const own = items.filter((item) => item.category === category);
  const right = (arm) => own.filter(({ answers }) => answers[arm].correct).length / Math.max(1, own.length);
  const { fixed, broken } = paired(own, "base");
  const p = fixed - broken > 8 ? 0.001 : 0.3;
  return {
    category,
    n: own.length,
    base: right("base"),
    tuned: right("tuned"),
    fixed,
    broken,
    p_value: p / 10,
    p_holm: p,
  };
}

function perClass(items, arm) {
  return Object.fromEntries(
    LABELS.map((label) => {
      const its = items.filter(({ expected }) => expected[0] === label);
      const said = items.filter(({ answers }) => answers[arm].text === label);
      const hits = its.filter(({ answers }) => answers[arm].text === label).length;
      const [precision, recall] = [hits / Math.max(1, said.length), hits / Math.max(1, its.length)];
      const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
      return [label, { precision, recall, f1, support: its.length }];
    }),
  );
}

/** influence.json over these groups (`{id, rows}`) with examples of these rows; as with the evaluation, made for pictures. */
export function busyInfluence(sample, { contributors, contributions, train, shown }) {
  const total = (name, spread) => {
    const value = (pick(name, 1_000) - 350) / 4_000;
    const half = (20 + pick(`${name} width`, 150)) / spread;
    return { value, low: value - half, high: value + half };
  };
  const groups = (all, spread) =>
    all.map(({ id, rows }) => ({ id, rows, ...total(id, spread), others: total(`${id} others`, spread) }));
  const example = (row, i) => ({
    id: row.id,
    test_id: shown[i].id,
    value: ((i < 8 ? 1 : -1) * (20 - i)) / 100,
  });
  return {
    ...sample,
    contributors: groups(contributors, 2_000),
    contributions: groups(contributions, 1_000),
    rows: train.map(({ id }) => ({ id, value: (pick(id, 1_000) - 400) / 1e5 })),
    examples: {
      helped: train.slice(0, 8).map(example),
      hurt: train.slice(8, 16).map((row, i) => example(row, i + 8)),
    },
  };
}
