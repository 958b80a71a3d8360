import { readXml } from "./sheet-xml";
import type { Archive } from "./zip";

type Shown = "number" | "date" | "time" | "datetime" | { percentDigits: number };

/** Formats that Excel knows by number (ECMA-376 part 1, 18.8.30). */
const BUILT_IN: Record<number, Shown> = {
  9: { percentDigits: 0 },
  10: { percentDigits: 2 },
  14: "date",
  15: "date",
  16: "date",
  17: "date",
  18: "time",
  19: "time",
  20: "time",
  21: "time",
  22: "datetime",
  45: "time",
  46: "time",
  47: "time",
};

/**
 * How a number is shown: dates and times in ISO form whatever their format, per cents as such, other numbers in full
 * without grouping or currency. The answer's arguments are the cell's style and its value.
 */
export async function readFormats(
  zip: Archive,
  maxBytes: number,
): Promise<(style: number, value: number) => string> {
  const own = new Map<number, Shown>();
  const styles: Shown[] = [];
  let isCellStyles = false;
  if (zip.files.has("xl/styles.xml")) {
    const reading = readXml(zip.stream("xl/styles.xml", maxBytes), {
      open(name, attributes) {
        if (name === "numFmt") own.set(Number(attributes.numFmtId), shownBy(attributes.formatCode ?? ""));
        else if (name === "cellXfs") isCellStyles = true;
        else if (name === "xf" && isCellStyles) {
          const id = Number(attributes.numFmtId ?? 0);
          styles.push(own.get(id) ?? BUILT_IN[id] ?? "number");
        }
      },
      close(name) {
        if (name === "cellXfs") isCellStyles = false;
      },
    });
    for await (const _ of reading);
  }
  const startsIn1904 = await isFrom1904(zip, maxBytes);
  return (style, value) => show(styles[style] ?? "number", value, startsIn1904);
}

async function isFrom1904(zip: Archive, maxBytes: number): Promise<boolean> {
  let is1904 = false;
  const reading = readXml(zip.stream("xl/workbook.xml", maxBytes), {
    open(name, { date1904 }) {
      if (name === "workbookPr") is1904 = date1904 === "1" || date1904 === "true";
    },
    close: () => {},
  });
  for await (const _ of reading);
  return is1904;
}

function shownBy(code: string): Shown {
  const bare = code.replace(/"[^"]*"|\\.|\[[^\]]*\]|[_*]./g, "").split(";")[0]!;
  if (bare.includes("%")) return { percentDigits: /\.([0#]+)/.exec(bare)?.[1]?.length ?? 0 };
  const hasDate = /[yd]/i.test(bare);
  const hasTime = /[hs]/i.test(bare);
  if (hasDate) return hasTime ? "datetime" : "date";
  return hasTime ? "time" : "number";
}

const DAY_MS = 86_400_000;
const LAST_DAY = 2_958_465.99999;

/** Days since 30 December 1899 (Excel's own leap day of 1900 makes 1 to 59 a day earlier), or since 1904. */
function show(shown: Shown, value: number, startsIn1904: boolean): string {
  if (typeof shown === "object") return `${(value * 100).toFixed(shown.percentDigits)}%`;
  if (shown === "number" || value < 0 || value > LAST_DAY) return String(value);
  const days = startsIn1904 ? value + 1462 : value < 60 ? value + 1 : value;
  const iso = new Date(Math.round(((days - 25_569) * DAY_MS) / 1000) * 1000).toISOString();
  if (shown === "date") return iso.slice(0, 10);
  if (shown === "time") return iso.slice(11, 19);
  return iso.slice(0, 19).replace("T", " ");
}
