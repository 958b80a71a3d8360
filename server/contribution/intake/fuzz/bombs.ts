import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { workbookFile } from "./office-file";
import { zipFile } from "./zip-file";

/** A small file that would fill a reader's memory or time, and what it gets: a code, or rows set aside (code null). */
export type Bomb = {
  name: string;
  file: string;
  make: () => Buffer | string;
  code: string | null;
  /** Of the problem's message; empty where the file is read as it is. */
  sentence: RegExp;
};

const zeros = () => Buffer.alloc(200_000_000, "a");

/** Two million rows in a few kilobytes, with a footer that says 20 million. */
function hugeParquet(): Buffer {
  const data = Array<string>(2_000_000).fill("a");
  const bytes = Buffer.from(
    parquetWriteBuffer({ columnData: [{ name: "prompt", data, type: "STRING" }], rowGroupSize: 2_000_000 }),
  );
  const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
  const [small, large] = [varint(4_000_000), varint(40_000_000)];
  for (let at = bytes.indexOf(small, footer); at >= 0; at = bytes.indexOf(small, at + 1))
    large.copy(bytes, at);
  return bytes;
}

/** Thrift's compact form of a number that is doubled already (zigzag). */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

const sharedStrings = (count: number) =>
  Buffer.from(
    `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${"<si><t>aaaaaaaaaaaaaaaa</t></si>".repeat(count)}</sst>`,
  );

export const BOMBS: Bomb[] = [
  {
    name: "gzip 1,000:1",
    file: "a.csv.gz",
    make: () => gzipSync(zeros()),
    code: "ARCHIVE_TOO_LARGE",
    sentence: /100 times its packed size/,
  },
  {
    name: "zip bomb",
    file: "a.zip",
    make: () => zipFile([{ name: "a.csv", bytes: zeros() }]),
    code: "ARCHIVE_TOO_LARGE",
    sentence: /100 times/,
  },
  {
    name: "Parquet of 20 million rows",
    file: "a.parquet",
    make: hugeParquet,
    code: "TOO_MANY_ROWS",
    sentence: /^20,000,000 rows declared, 1,000,000 allowed; refused before decoding\.$/,
  },
  {
    name: "CSV of a million columns",
    file: "a.csv",
    make: () => `${"x,".repeat(1_000_000)}x\n`,
    code: "TOO_MANY_COLUMNS",
    sentence: /max 64/,
  },
  {
    name: "JSON 200,000 deep",
    file: "a.json",
    make: () => `[${"[".repeat(200_000)}`,
    code: null,
    sentence: /nests more than 32 levels/,
  },
  {
    name: "a cell of 10 MB",
    file: "a.csv",
    make: () => `prompt,answer\n"${"long ".repeat(2_000_000)}",a\nq,b\n`,
    code: null,
    sentence: /too large \(max 64 KB\)/,
  },
  {
    name: "Excel with huge shared texts",
    file: "a.xlsx",
    make: () => workbookFile({ a: [["prompt", "answer"]] }, { sharedStrings: sharedStrings(4_000_000) }),
    code: "ARCHIVE_TOO_LARGE",
    sentence: /100 times/,
  },
  {
    name: "Excel that claims every cell there is",
    file: "a.xlsx",
    make: () =>
      workbookFile(
        {
          a: [
            ["prompt", "answer"],
            ["q", "a"],
          ],
        },
        { dimension: "A1:XFD1048576" },
      ),
    code: null,
    sentence: /^$/,
  },
];
