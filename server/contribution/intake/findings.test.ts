import { expect, test } from "vitest";
import { pairsOf } from "./fuzz/good-file";
import { read, tables, variants } from "./test-bad-inputs";

const OF_LANGUAGE = {
  eng: "The parcel was sent to the wrong address and the customer would like to have the money back before the end of the week, please",
  deu: "Das Paket wurde an die falsche Adresse geschickt und die Kundin möchte das Geld noch vor dem Ende der Woche zurückbekommen, bitte",
  fra: "Le colis a été envoyé à la mauvaise adresse et la cliente voudrait récupérer son argent avant la fin de cette semaine, merci",
  spa: "El paquete fue enviado a la dirección equivocada y la clienta quiere recuperar su dinero antes del final de esta semana, por favor",
};
type Language = keyof typeof OF_LANGUAGE;

const only = (findings: Awaited<ReturnType<typeof read>>["findings"], code: string) =>
  findings
    .filter((one) => one.code === code)
    .map(({ row, column, message, severity }) => ({ row, column, message, severity }));

test("a row in another language than the clear majority's is named, with both", async () => {
  await variants(async (random) => {
    const names = Object.keys(OF_LANGUAGE) as Language[];
    const majority = random.pick(names);
    const stranger = random.pick(names.filter((name) => name !== majority));
    const bad = random.int(0, 39);
    const pairs = pairsOf(random, 40).map((_, i) => ({
      prompt: `${OF_LANGUAGE[i === bad ? stranger : majority]} ${i}`,
      answer: `a${i}`,
    }));
    const { findings, rows } = await read("a.csv", tables(pairs)[0][1]);
    expect(rows.kept).toBe(40);
    expect(only(findings, "WRONG_LANGUAGE")).toEqual([
      {
        row: bad + 1,
        column: "prompt",
        severity: "warning",
        message: `Row ${bad + 1} seems to be in another language (${stranger}) than the file (${majority}).`,
      },
    ]);
  });
});

test("without a clear majority, or with few rows, no language is the wrong one", async () => {
  const half = pairsOfLanguages(40, (i) => (i % 2 === 0 ? "eng" : "deu"));
  const few = pairsOfLanguages(20, (i) => (i === 3 ? "deu" : "eng"));
  for (const pairs of [half, few]) {
    const { findings } = await read("a.csv", tables(pairs)[0][1]);
    expect(only(findings, "WRONG_LANGUAGE")).toEqual([]);
  }
});

const pairsOfLanguages = (count: number, of: (i: number) => Language) =>
  Array.from({ length: count }, (_, i) => ({ prompt: `${OF_LANGUAGE[of(i)]} ${i}`, answer: `a${i}` }));

test("a column of ids that plays the prompt is named; numbers that do not climb are answers", async () => {
  await variants(async (random) => {
    const hex = () => random.int(0x10000000, 0xffffffff).toString(16);
    const start = random.int(100, 5_000);
    const ids = random.pick([
      (i: number) => `ORD-${start + i}`,
      (i: number) => String(start + i),
      () => `${hex()}${hex()}`,
    ]);
    const pairs = pairsOf(random, 24).map(({ answer }, i) => ({ prompt: ids(i), answer }));
    for (const [name, content] of tables(pairs)) {
      const { findings } = await read(name, content);
      expect(only(findings, "ID_COLUMN")).toEqual([
        {
          row: null,
          column: "prompt",
          severity: "warning",
          message: '"prompt" looks like a column of ids, not of texts.',
        },
      ]);
    }
    const ages = pairs.map(({ answer }, i) => ({ prompt: answer, answer: String(100 + ((i * 7919) % 97)) }));
    expect(only((await read("a.csv", tables(ages)[0][1])).findings, "ID_COLUMN")).toEqual([]);
  });
});

test("labels of which one has most rows, or of which some have few, are told once for the file", async () => {
  await variants(async (random) => {
    const few = random.int(1, 9);
    const [common, rare] = [random.int(60, 90), random.int(10, 14)];
    const labelled = (counts: Record<string, number>) =>
      Object.entries(counts).flatMap(([label, n]) =>
        pairsOf(random, n).map(({ prompt }, i) => ({ prompt: `${prompt} ${label} ${i}`, answer: label })),
      );
    const told = async (counts: Record<string, number>) => {
      const { findings } = await read("a.csv", tables(labelled(counts))[0][1], {
        goal: "label",
        labels: Object.keys(counts),
      });
      return only(findings, "LABEL_BALANCE").map(({ row, column, message }) => [row, column, message]);
    };
    const share = Math.round((100 * common) / (common + rare));
    expect(await told({ cat: common, dog: rare })).toEqual([
      [null, "answer", `${share} % of the rows have the label "cat".`],
    ]);
    expect(await told({ cat: 30, dog: 30, owl: few })).toEqual([
      [null, "answer", "1 of 3 labels has fewer than 10 rows."],
    ]);
    expect(await told({ cat: 30, dog: 30, owl: 10 })).toEqual([]);
  });
});
