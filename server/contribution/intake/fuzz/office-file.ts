import { type ZipPart, zipFile } from "./zip-file";

const xmlText = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const part = (name: string, xml: string): ZipPart => ({
  name,
  bytes: Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${xml}`),
});
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006";
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

export type SheetCell = string | number | boolean | null | { date: number };
export type WorkbookOptions = {
  /** Replaces the sheets' `<dimension>`, which nobody should believe. */
  dimension?: string;
  /** Texts in the cells themselves instead of the shared part. */
  isInline?: boolean;
  sharedStrings?: Buffer;
  extra?: ZipPart[];
};

/** "AB" for 27, from 0. */
export function columnLetters(index: number): string {
  const rest = index % 26;
  const letter = String.fromCharCode(65 + rest);
  return index < 26 ? letter : columnLetters(Math.floor(index / 26) - 1) + letter;
}

/** An Excel workbook with these sheets (ECMA-376), small and valid. A date is days since 30 December 1899. */
export function workbookFile(
  sheets: Readonly<Record<string, readonly (readonly SheetCell[])[]>>,
  options: WorkbookOptions = {},
): Buffer {
  const shared: string[] = [];
  const places = new Map<string, number>();
  const textCell = (at: string, text: string) => {
    if (options.isInline)
      return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;
    let place = places.get(text);
    if (place === undefined) {
      place = shared.push(text) - 1;
      places.set(text, place);
    }
    return `<c r="${at}" t="s"><v>${place}</v></c>`;
  };
  const cell = (value: SheetCell, at: string): string => {
    if (value === null) return "";
    if (typeof value === "string") return textCell(at, value);
    if (typeof value === "number") return `<c r="${at}"><v>${value}</v></c>`;
    if (typeof value === "boolean") return `<c r="${at}" t="b"><v>${value ? 1 : 0}</v></c>`;
    return `<c r="${at}" s="1"><v>${value.date}</v></c>`;
  };
  const names = Object.keys(sheets);
  const parts = names.map((name, i) => {
    const rows = sheets[name]!.map((cells, r) => {
      const inner = cells.map((value, c) => cell(value, `${columnLetters(c)}${r + 1}`)).join("");
      return `<row r="${r + 1}">${inner}</row>`;
    });
    const dimension = options.dimension ? `<dimension ref="${options.dimension}"/>` : "";
    const xml = `<worksheet xmlns="${MAIN}">${dimension}<sheetData>${rows.join("")}</sheetData></worksheet>`;
    return part(`xl/worksheets/sheet${i + 1}.xml`, xml);
  });
  const sheetTags = names.map(
    (name, i) => `<sheet name="${xmlText(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`,
  );
  const links = names.map(
    (_, i) =>
      `<Relationship Id="rId${i + 1}" Type="${OFFICE}/relationships/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`,
  );
  const texts = shared.map((text) => `<si><t xml:space="preserve">${xmlText(text)}</t></si>`).join("");
  return zipFile([
    part("[Content_Types].xml", `<Types xmlns="${PACKAGE}/content-types"/>`),
    part(
      "xl/workbook.xml",
      `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}/relationships"><sheets>${sheetTags.join("")}</sheets></workbook>`,
    ),
    part(
      "xl/_rels/workbook.xml.rels",
      `<Relationships xmlns="${PACKAGE}/relationships">${links.join("")}</Relationships>`,
    ),
    part(
      "xl/styles.xml",
      `<styleSheet xmlns="${MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    ),
    options.sharedStrings
      ? { name: "xl/sharedStrings.xml", bytes: options.sharedStrings }
      : part("xl/sharedStrings.xml", `<sst xmlns="${MAIN}">${texts}</sst>`),
    ...parts,
    ...(options.extra ?? []),
  ]);
}

export type WordParagraph = { text: string; heading?: number; isBold?: boolean };

/** A Word document with these paragraphs; headings by the styles that Word calls Heading1 and so on. */
export function wordFile(paragraphs: readonly WordParagraph[]): Buffer {
  const body = paragraphs.map(({ text, heading, isBold }) => {
    const style = heading ? `<w:pPr><w:pStyle w:val="Heading${heading}"/></w:pPr>` : "";
    const bold = isBold ? "<w:rPr><w:b/></w:rPr>" : "";
    return `<w:p>${style}<w:r>${bold}<w:t xml:space="preserve">${xmlText(text)}</w:t></w:r></w:p>`;
  });
  const styles = [1, 2, 3].map(
    (level) =>
      `<w:style w:type="paragraph" w:styleId="Heading${level}"><w:name w:val="heading ${level}"/></w:style>`,
  );
  const target = `<Relationship Id="rId1" Type="${OFFICE}/relationships/officeDocument" Target="word/document.xml"/>`;
  const style = `<Relationship Id="rId1" Type="${OFFICE}/relationships/styles" Target="styles.xml"/>`;
  const type = (name: string, kind: string) =>
    `<Override PartName="/word/${name}.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.${kind}+xml"/>`;
  return zipFile([
    part(
      "[Content_Types].xml",
      `<Types xmlns="${PACKAGE}/content-types">${type("document", "document.main")}${type("styles", "styles")}</Types>`,
    ),
    part("_rels/.rels", `<Relationships xmlns="${PACKAGE}/relationships">${target}</Relationships>`),
    part(
      "word/_rels/document.xml.rels",
      `<Relationships xmlns="${PACKAGE}/relationships">${style}</Relationships>`,
    ),
    part("word/document.xml", `<w:document xmlns:w="${WORD}"><w:body>${body.join("")}</w:body></w:document>`),
    part("word/styles.xml", `<w:styles xmlns:w="${WORD}">${styles.join("")}</w:styles>`),
  ]);
}

export type PdfLine = { text: string; size?: number; gap?: number };

/** A PDF with a text layer: each page is its lines from the top down. `gap` is what stands above a line, in points. */
export function pdfFile(pages: readonly (readonly PdfLine[])[]): Buffer {
  const objects: string[] = [];
  const kids = pages.map((_, i) => `${4 + 2 * i} 0 R`).join(" ");
  objects[1] = "<< /Type /Catalog /Pages 2 0 R >>";
  objects[2] = `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`;
  objects[3] = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
  pages.forEach((lines, i) => {
    let y = 780;
    const commands = lines.map(({ text, size = 11, gap = 14 }) => {
      y -= gap;
      const shown = text.replace(/[^\x20-\x7e]/g, "?").replace(/[\\()]/g, "\\$&");
      return `BT /F1 ${size} Tf 1 0 0 1 50 ${y} Tm (${shown}) Tj ET`;
    });
    const stream = commands.join("\n");
    objects[4 + 2 * i] =
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * i} 0 R >>`;
    objects[5 + 2 * i] = `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`;
  });
  let text = "%PDF-1.4\n";
  const places: number[] = [];
  for (let i = 1; i < objects.length; i += 1) {
    places[i] = text.length;
    text += `${i} 0 obj\n${objects[i]}\nendobj\n`;
  }
  const start = text.length;
  const rows = places.slice(1).map((place) => `${String(place).padStart(10, "0")} 00000 n \n`);
  text += `xref\n0 ${objects.length}\n0000000000 65535 f \n${rows.join("")}`;
  text += `trailer\n<< /Size ${objects.length} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, "latin1");
}
