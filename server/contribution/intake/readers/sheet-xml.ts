import { SaxesParser, type SaxesTagPlain } from "saxes";
import { FileRefused, problem } from "../codes";
import { LIMITS } from "../limits";

type Handlers = {
  open(name: string, attributes: Record<string, string>): void;
  close(name: string): void;
  text?(text: string): void;
  /** Looked at after each piece: true ends the reading early. */
  isDone?(): boolean;
};

const broken = (reason: string) =>
  new FileRefused(problem("FILE_CORRUPT", { what: "Excel workbook", reason }));

/**
 * Reads XML in pieces; names come without their prefix. saxes: strict, in a stream, and it never resolves a DOCTYPE,
 * so no entity of the file's own grows. Yields after each piece. Throws FILE_CORRUPT.
 */
export async function* readXml(source: AsyncIterable<Uint8Array>, handlers: Handlers): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: false, fragment: false, position: false });
  let fault: Error | null = null;
  parser.on("error", (error) => {
    fault ??= error;
  });
  parser.on("doctype", () => {
    fault ??= new Error("it holds a DOCTYPE");
  });
  parser.on("opentag", (tag: SaxesTagPlain) => handlers.open(local(tag.name), tag.attributes));
  parser.on("closetag", (tag: SaxesTagPlain) => handlers.close(local(tag.name)));
  if (handlers.text) {
    const take = (text: string) => handlers.text!(text);
    parser.on("text", take);
    parser.on("cdata", take);
  }
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const write = (text: string) => {
    parser.write(text);
    if (fault !== null) throw broken((fault as Error).message.replace(/\s+/g, " "));
  };
  for await (const bytes of source) {
    write(decoded(decoder, bytes));
    yield;
    if (handlers.isDone?.()) return;
  }
  write(decoded(decoder));
  parser.close();
  if (fault !== null) throw broken((fault as Error).message.replace(/\s+/g, " "));
  yield;
}

function decoded(decoder: TextDecoder, bytes?: Uint8Array): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch {
    throw broken("its XML is not UTF-8");
  }
}

const local = (name: string) => name.slice(name.indexOf(":") + 1);

/** The shared texts of a workbook in order; phonetic guides are left out. */
export async function readSharedStrings(source: AsyncIterable<Uint8Array>): Promise<string[]> {
  const texts: string[] = [];
  let text = "";
  let depth = 0;
  let isText = false;
  const reading = readXml(source, {
    open(name) {
      if (name === "si") text = "";
      else if (name === "rPh") depth += 1;
      else if (name === "t") isText = depth === 0;
    },
    close(name) {
      if (name === "si") texts.push(unescapeXml(text));
      else if (name === "rPh") depth -= 1;
      else if (name === "t") isText = false;
    },
    text(piece) {
      if (isText && text.length <= LIMITS.cellBytes) text += piece;
    },
  });
  for await (const _ of reading);
  return texts;
}

/** Excel writes control characters as _x000D_. */
export const unescapeXml = (text: string) =>
  text.includes("_x")
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

export type Cell = { column: number; text: string };
export type SheetRow = { number: number; cells: Cell[] };
export type CellWords = { shared: readonly string[]; shown(style: number, value: number): string };

/** The rows of a sheet that hold anything, in a stream; what the sheet declares of its size is not believed. */
export async function* readSheet(
  source: AsyncIterable<Uint8Array>,
  words: CellWords,
): AsyncGenerator<SheetRow> {
  let rows: SheetRow[] = [];
  let row: SheetRow = { number: 0, cells: [] };
  let column = -1;
  let type = "n";
  let style = 0;
  let value = "";
  let isValue = false;
  let phonetic = 0;
  const reading = readXml(source, {
    open(name, attributes) {
      if (name === "row") {
        const said = Number(attributes.r);
        row = { number: Number.isInteger(said) && said > 0 ? said : row.number + 1, cells: [] };
        column = -1;
      } else if (name === "c") {
        column = columnOf(attributes.r) ?? column + 1;
        type = attributes.t ?? "n";
        style = Number(attributes.s ?? 0);
        value = "";
      } else if (name === "rPh") phonetic += 1;
      else if (name === "v" || name === "t") isValue = phonetic === 0;
    },
    close(name) {
      if (name === "rPh") phonetic -= 1;
      else if (name === "v" || name === "t") isValue = false;
      else if (name === "c") {
        const text = cellText(type, style, value, words);
        if (text !== "") row.cells.push({ column, text });
      } else if (name === "row" && row.cells.length > 0) rows.push(row);
    },
    text(piece) {
      if (isValue && value.length <= LIMITS.cellBytes) value += piece;
    },
  });
  for await (const _ of reading) {
    yield* rows;
    rows = [];
  }
}

/** "AB12" is column 27, from 0. Undefined where no place is said. */
function columnOf(place: string | undefined): number | undefined {
  const letters = /^([A-Za-z]{1,3})\d*$/.exec(place ?? "")?.[1];
  if (letters === undefined) return undefined;
  return [...letters.toUpperCase()].reduce((sum, char) => sum * 26 + char.charCodeAt(0) - 64, 0) - 1;
}

function cellText(type: string, style: number, value: string, words: CellWords): string {
  if (value === "") return "";
  switch (type) {
    case "s": {
      const text = words.shared[Number(value)];
      if (text === undefined)
        throw broken(`a cell names the shared text ${value.slice(0, 20)}, which is not there`);
      return text;
    }
    case "b":
      return value === "1" ? "TRUE" : "FALSE";
    case "n":
      return value.trim() !== "" && Number.isFinite(Number(value))
        ? words.shown(style, Number(value))
        : value;
    default:
      return unescapeXml(value);
  }
}
