import { isIPv6 } from "node:net";
import { isCpf, isDni, isLuhn, isMod97, isNir } from "./checksums";
import { addSpan, type Span } from "./span";

/** What identifies a person, by form and checksum; names are not looked for. */
export function findPersonalData(text: string): Span[] {
  const spans: Span[] = [];
  if (text.includes("@")) findEmails(text, spans);
  if (!/\d/.test(text)) return spans;
  findIbans(text, spans);
  findCards(text, spans);
  findNationalIds(text, spans);
  findIps(text, spans);
  findPhones(text, spans);
  findStreets(text, spans);
  return spans;
}

function each(text: string, pattern: RegExp, take: (match: RegExpExecArray) => void): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) take(match);
}

const add = (spans: Span[], match: RegExpExecArray, kind: Span["kind"]) =>
  addSpan(spans, { start: match.index, end: match.index + match[0].length, kind });
const before = (text: string, at: number, most = 24) => text.slice(Math.max(0, at - most), at);

const EMAIL =
  /(?<![\w.+%-])[\w.+%-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,4}[A-Za-z]{2,24}(?![\w-])/g;

function findEmails(text: string, spans: Span[]): void {
  each(text, EMAIL, (match) => {
    const isGitRemote = /^git@/i.test(match[0]) && text[match.index + match[0].length] === ":";
    if (!isGitRemote && !/@\d+x\.|\.(?:png|jpe?g|svg|gif|webp)$/i.test(match[0])) add(spans, match, "email");
  });
}

/** Lengths by country: the SWIFT registry of IBANs, the countries that most files hold. */
const IBAN_LENGTHS: Record<string, number> = Object.fromEntries(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 " +
    "GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 MC27 MD24 " +
    "ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 SV28 TL23 TN24 TR26 " +
    "UA29 VA22 VG24 XK20"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const IBAN_HEAD = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])/g;

function findIbans(text: string, spans: Span[]): void {
  each(text, IBAN_HEAD, (match) => {
    const length = IBAN_LENGTHS[match[0].slice(0, 2).toUpperCase()];
    if (length === undefined) return;
    let found = "";
    let at = match.index;
    for (; at < text.length && found.length < length; at += 1) {
      const sign = text[at]!;
      if (/[A-Za-z0-9]/.test(sign)) found += sign.toUpperCase();
      else if (!/[ -]/.test(sign) || /[ -]/.test(text[at - 1]!)) break;
    }
    const isWhole = found.length === length && !/[A-Za-z0-9]/.test(text[at] ?? "");
    if (isWhole && isMod97(found)) addSpan(spans, { start: match.index, end: at, kind: "iban" });
  });
}

const CARD =
  /(?<![\w.,+-])(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{5})(?![\w]|[.,-]\d)/g;
const ISSUERS =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11})$/;

function findCards(text: string, spans: Span[]): void {
  each(text, CARD, (match) => {
    const digits = match[0].replace(/\D/g, "");
    if (ISSUERS.test(digits) && isLuhn(digits)) add(spans, match, "card");
  });
}

const SSN = /(?<![\w.-])(\d{3})-(\d{2})-(\d{4})(?![\w-])/g;
const NINO = /(?<![A-Za-z0-9])[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])/g;
const CPF = /(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])/g;
const DNI = /(?<![A-Za-z0-9])(?:\d{8}|[XYZxyz]\d{7})[ -]?[A-HJ-NP-TV-Za-hj-np-tv-z](?![A-Za-z0-9])/g;
const NIR = /(?<![\w.-])[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3} ?\d{2}(?![\w-])/g;

function findNationalIds(text: string, spans: Span[]): void {
  each(text, SSN, (match) => {
    const [, area, group, serial] = match;
    if (area === "000" || group === "00" || serial === "0000") return;
    const isNamed = /ssn|social|security|tax|itin/i.test(before(text, match.index, 40));
    if (isNamed || (area !== "666" && Number(area) < 900)) add(spans, match, "national_id");
  });
  each(text, NINO, (match) => {
    const isPrefix =
      /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]/.test(match[0]) && !/^(?:BG|GB|KN|NK|NT|TN|ZZ)/.test(match[0]);
    const isNamed = /\bNI\b|national insurance|nino/i.test(before(text, match.index, 40));
    if (isNamed || (isPrefix && match[0].includes(" "))) add(spans, match, "national_id");
  });
  each(text, CPF, (match) => {
    if (isCpf(match[0].replace(/\D/g, ""))) add(spans, match, "national_id");
  });
  each(text, DNI, (match) => {
    const isNamed = /\b(?:dni|nie|nif|identidad)\b/i.test(before(text, match.index, 40));
    if (isNamed && isDni(match[0].replace(/[ -]/g, ""))) add(spans, match, "national_id");
  });
  each(text, NIR, (match) => {
    const digits = match[0].replaceAll(" ", "");
    if (digits.length === 15 && isNir(digits)) add(spans, match, "national_id");
  });
}

const IP4 = /(?<![\w.:/-]|\d[.,])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)/g;
const IP4_IN_URL = /(?<=:\/\/|[:@/]\s?|=|=")(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)/g;
const IP6 = /(?<![\w:.])[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]{4,38}(?![\w:])/g;
const NOT_IP_BEFORE =
  /(?:versions?|ver\.?|v|release|build|section|sect\.|chapter|rule|clause|article|paragraph|§|oid|firmware|driver)\s*$/i;

/** Of no person: this network, private, loopback, link-local, multicast, masks (RFC 6890). */
function isPrivateIp(octets: readonly number[]): boolean {
  const [a, b] = octets as [number, number];
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true;
  return (
    (a === 192 && b === 168) ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b <= 127)
  );
}

function findIps(text: string, spans: Span[]): void {
  const take = (match: RegExpExecArray) => {
    const parts = match[0].split(".");
    const octets = parts.map(Number);
    if (octets.some((octet) => octet > 255) || parts.some((part) => part.length > 1 && part.startsWith("0")))
      return;
    if (isPrivateIp(octets) || NOT_IP_BEFORE.test(before(text, match.index))) return;
    add(spans, match, "ip");
  };
  each(text, IP4, take);
  if (text.includes("://") || text.includes("="))
    each(text, IP4_IN_URL, (match) => {
      if (/(?:\/\/|=|="|@)$/.test(before(text, match.index, 3))) take(match);
    });
  if (!text.includes(":")) return;
  each(text, IP6, (match) => {
    const address = match[0].replace(/:$/, "");
    if (!isIPv6(address) || /^(?:fe80|f[cd]|::1$)/i.test(address) || !/\d/.test(address)) return;
    addSpan(spans, { start: match.index, end: match.index + address.length, kind: "ip" });
  });
}

const PHONE_ABROAD =
  /(?<![\w.+-])(?:\+|00)[1-9]\d{0,2}[\s.-]?(?:\(0?\d{0,4}\)[\s.-]?)?\d{1,5}(?:[\s./-]?\d{1,5}){1,5}(?![\w]|-\w)/g;
const PHONE_US =
  /(?<![\w.+-])(?:1[\s.-])?(?:\([2-9]\d{2}\)\s?|[2-9]\d{2}[-.\s])[2-9]\d{2}[-.\s]\d{4}(?![\w]|-\w)/g;
const PHONE_NATIONAL = /(?<![\w.,+-])\(?0[1-9]\d{1,4}\)?[\s/-]\d{2,5}(?:[\s-]\d{2,5}){0,4}(?![\w]|[.,-]\d)/g;
const PHONE_WORDS =
  /phone|call|tel\b|tel[.:]|mobile|cell|whats|fax|number|contact|ring|text|anruf|nummer|handy|t[ée]l[ée]?|m[óo]vil|appel|reach|sms/i;

function findPhones(text: string, spans: Span[]): void {
  each(text, PHONE_ABROAD, (match) => {
    const digits = match[0].replace(/\D/g, "").length;
    if (digits >= 8 && digits <= 16) add(spans, match, "phone");
  });
  each(text, PHONE_US, (match) => add(spans, match, "phone"));
  each(text, PHONE_NATIONAL, (match) => {
    const digits = match[0].replace(/\D/g, "").length;
    const near = before(text, match.index, 60) + text.slice(match.index, match.index + match[0].length + 30);
    const isGrouped = digits >= 10 && match[0].trim().split(/[\s/-]/).length >= 3;
    if (digits >= 8 && digits <= 13 && (isGrouped || PHONE_WORDS.test(near))) add(spans, match, "phone");
  });
}

const WAY =
  "(?:Street|St|Road|Rd|Avenue|Ave|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Way|Close|Crescent|Parkway|Pkwy|Highway|Hwy|Circle|Row|Mews|Gardens|Grove|Hill)";
const NAME = "[A-ZÄÖÜÉÈ0-9][\\p{L}\\d'’.-]*";
/** 742 Evergreen Terrace, 221B Baker Street, 250 W 57th Street. */
const STREET_EN = new RegExp(
  `(?<![\\w.,$€£-])\\d{1,5}[A-Za-z]?\\s(?:${NAME}\\s){1,4}${WAY}(?![\\p{L}\\d])\\.?`,
  "gu",
);
/** 12 Rue de la Paix. */
const STREET_FR =
  /(?<![\w.,-])\d{1,4}(?:\s?bis|\s?ter)?,?\s(?:rue|avenue|boulevard|place|impasse|chemin|quai|all[ée]e)\s(?:(?:de|du|des|la|le|les|l')\s?)*[A-ZÉÈÀ]\p{L}+/giu;
/** Musterstraße 12, Hauptstr. 45a, Am Lindenplatz 7. */
const STREET_DE =
  /(?<![\p{L}\d])\p{Lu}[\p{L}-]*(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|ufer|damm)\s\d{1,4}\s?[a-z]?(?![\p{L}\d.]\d?)/gu;
/** Calle Mayor 15, Via Garibaldi 8. */
const STREET_ROMANCE =
  /(?<![\p{L}\d])(?:Calle|C\/|Avenida|Plaza|Paseo|Via|Viale|Piazza|Corso|Rua|Avinguda|Carrer)\s(?:(?:de|del|della|la|do|da)\s)*\p{Lu}\p{L}+(?:\s\p{Lu}\p{L}+)?,?\s\d{1,4}(?![\d])/gu;
const STREET_HINT =
  /St|Road|Rd|Ave|Blvd|Boul|Lane|Ln|Dr|Court|Ct|Pl|Sq|Terr|Way|Close|Cres|Park|Pkwy|H[iw]|Circ|Row|Mews|Gard|Grove|[Rr]ue|str|weg|platz|allee|gasse|ring|ufer|damm|Calle|C\/|Aven|Plaza|Paseo|Via|Piazza|Corso|Rua|Carrer|avenue|boulev|impasse|chemin|quai|all[ée]e/;

function findStreets(text: string, spans: Span[]): void {
  if (!STREET_HINT.test(text)) return;
  for (const pattern of [STREET_EN, STREET_FR, STREET_DE, STREET_ROMANCE])
    each(text, pattern, (match) => add(spans, match, "street"));
}
