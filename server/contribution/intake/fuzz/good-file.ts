import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { pdfFile, wordFile, workbookFile } from "./office-file";
import type { Random } from "./random";
import { zipFile } from "./zip-file";

export type Pair = { prompt: string; answer: string };
export type GoodFile = { name: string; bytes: Buffer; rows: number };
export type Kind = keyof typeof WRITERS;

const WORDS =
  'water boils salt bread cheap Straße naïve 日本語 river 12.50 yes no \u05e9\u05dc\u05d5\u05dd parcel Ann late <b> =1+1 "quoted" it\'s semi;colon comma, tab A&B 😀'.split(
    " ",
  );
const NAMES = [
  ["prompt", "answer"],
  ["question", "response"],
  ["instruction", "output"],
  ["text", "label"],
] as const;

const words = (random: Random, most: number) =>
  Array.from({ length: random.int(1, most) }, () => random.pick(WORDS)).join(" ");

/** `count` pairs that differ from one another. */
export const pairsOf = (random: Random, count: number): Pair[] =>
  Array.from({ length: count }, (_, i) => ({
    prompt: `What of number ${i}: ${words(random, 8)}?`,
    answer: `${words(random, 5)} ${i}`,
  }));

const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
const table = (pairs: readonly Pair[], random: Random, delimiter: string) => {
  const header = random.pick(NAMES);
  const newline = random.pick(["\n", "\r\n"]);
  const lines = pairs.map(({ prompt, answer }) => quote(prompt) + delimiter + quote(answer));
  return Buffer.from([header.join(delimiter), ...lines].join(newline) + newline);
};
const objects = (pairs: readonly Pair[], random: Random): object[] => {
  const [prompt, answer] = random.pick(NAMES);
  const shape = random.int(0, 3);
  return pairs.map((pair) => {
    if (shape === 0) {
      return {
        messages: [
          { role: "user", content: pair.prompt },
          { role: "assistant", content: pair.answer },
        ],
      };
    }
    if (shape === 1) return { prompt: pair.prompt, chosen: pair.answer, rejected: "no" };
    return { [prompt]: pair.prompt, [answer]: pair.answer };
  });
};
const plainText = (text: string) => text.replace(/\s+/g, " ");
const documentLines = (pairs: readonly Pair[]) =>
  pairs.flatMap(({ prompt, answer }) => [`Q: ${plainText(prompt)}`, `A: ${plainText(answer)}`, ""]);

/** A file of each kind that holds the pairs, as a careful program writes it. */
export const WRITERS = {
  csv: (pairs: Pair[], random: Random) => table(pairs, random, random.pick([",", ";"])),
  tsv: (pairs: Pair[], random: Random) => table(pairs, random, "\t"),
  jsonl: (pairs: Pair[], random: Random) =>
    Buffer.from(
      objects(pairs, random)
        .map((row) => JSON.stringify(row))
        .join("\n"),
    ),
  json: (pairs: Pair[], random: Random) => {
    const rows = objects(pairs, random);
    const value = random.chance(0.5) ? rows : { version: 1, data: rows };
    return Buffer.from(JSON.stringify(value, null, random.pick([0, 2])));
  },
  parquet: (pairs: Pair[], random: Random) => {
    const [prompt, answer] = random.pick(NAMES);
    const column = (name: string, of: keyof Pair) => ({
      name,
      data: pairs.map((pair) => pair[of]),
      type: "STRING" as const,
    });
    const columnData = [column(prompt, "prompt"), column(answer, "answer")];
    return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize: random.pick([3, 1000]) }));
  },
  xlsx: (pairs: Pair[], random: Random) => {
    const rows = pairs.map(({ prompt, answer }) => [prompt, answer]);
    return workbookFile({ Rows: [[...random.pick(NAMES)], ...rows] }, { isInline: random.chance(0.3) });
  },
  md: (pairs: Pair[], random: Random) =>
    Buffer.from(
      random.chance(0.5)
        ? `# FAQ\n\n${documentLines(pairs).join("\n")}`
        : pairs.map(({ prompt, answer }) => `## ${plainText(prompt)}\n\n${answer}\n`).join("\n"),
    ),
  txt: (pairs: Pair[]) => Buffer.from(documentLines(pairs).join("\n")),
  docx: (pairs: Pair[]) =>
    wordFile(pairs.flatMap(({ prompt, answer }) => [{ text: prompt, heading: 2 }, { text: answer }])),
  pdf: (pairs: Pair[]) => {
    const perPage = 18;
    const pages = Array.from({ length: Math.ceil(pairs.length / perPage) }, (_, i) =>
      pairs
        .slice(i * perPage, (i + 1) * perPage)
        .flatMap(({ prompt, answer }) => [
          { text: `Q: ${plainText(prompt)}`, gap: 28 },
          { text: `A: ${plainText(answer)}` },
        ]),
    );
    return pdfFile(pages);
  },
};
export const KINDS = Object.keys(WRITERS) as Kind[];

/** A good file of `kind` with 1 to `most` rows, at times packed by gzip or ZIP. */
export function goodFile(random: Random, kind: Kind, most = 12): GoodFile {
  const rows = random.int(1, most);
  const bytes = WRITERS[kind](pairsOf(random, rows), random);
  const name = `file.${kind}`;
  const packing = random.int(0, 9);
  if (packing === 0) return { name: `${name}.gz`, bytes: gzipSync(bytes), rows };
  if (packing === 1) return { name: "file.zip", bytes: zipFile([{ name, bytes }]), rows };
  return { name, bytes, rows };
}
