import { createHash } from "node:crypto";
import { entropyToMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english";
import type { Random } from "./random";

/**
 * Values that look right to a checksum and belong to nobody. Prefixes are put together from parts, so that this
 * repository holds nothing that a secret scanner stops at.
 */
const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const URL64 = `${ALPHANUMERIC}-_`;

export const seedPhrase = (random: Random, words: 12 | 15 | 18 | 24) =>
  entropyToMnemonic(
    Uint8Array.from({ length: (words / 3) * 4 }, () => random.below(256)),
    wordlist,
  );

export const brokenPhrase = (random: Random, words: number) =>
  Array.from({ length: words }, () => random.pick(wordlist)).join(" ");

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();

/** Base58 with the first four bytes of a double SHA-256 behind the payload. */
export function base58check(payload: Uint8Array): string {
  const check = sha256(sha256(payload)).subarray(0, 4);
  let value = BigInt(`0x${Buffer.concat([payload, check]).toString("hex")}`);
  let text = "";
  for (; value > 0n; value /= 58n) text = BASE58[Number(value % 58n)] + text;
  return text;
}

const bytes = (random: Random, length: number) => Uint8Array.from({ length }, () => random.below(256));

/** A Bitcoin key as wallets export it, compressed or not. */
export const wif = (random: Random, isCompressed: boolean) =>
  base58check(Uint8Array.from([0x80, ...bytes(random, 32), ...(isCompressed ? [1] : [])]));

/** A BIP-32 root key. */
export const xprv = (random: Random) =>
  base58check(
    Uint8Array.from([
      0x04,
      0x88,
      0xad,
      0xe4,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      ...bytes(random, 32),
      0,
      ...bytes(random, 32),
    ]),
  );

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
export const jwt = (random: Random) =>
  [
    encode({ alg: random.pick(["HS256", "RS256", "ES256"]), typ: "JWT" }),
    encode({ sub: random.digits(10), iat: 1_700_000_000 + random.below(9_999_999) }),
    random.text(URL64, random.pick([43, 86])),
  ].join(".");

export function pem(random: Random, name: string): string {
  const dashes = "-".repeat(5);
  const lines = Array.from({ length: 4 }, () => random.text(`${ALPHANUMERIC}+/`, 64));
  return [`${dashes}BEGIN ${name}${dashes}`, ...lines, `${dashes}END ${name}${dashes}`].join("\n");
}

const joined = (...parts: string[]) => parts.join("");
/** One key of each provider, by name. */
export const API_KEYS: Record<string, (random: Random) => string> = {
  aws: (random) => joined("AK", "IA", random.text(`${UPPER}234567`, 16)),
  "aws-temporary": (random) => joined("AS", "IA", random.text(`${UPPER}234567`, 16)),
  github: (random) => joined("gh", random.pick(["p", "o", "s", "u"]), "_", random.text(ALPHANUMERIC, 36)),
  "github-fine": (random) =>
    joined("github", "_pat_", random.text(ALPHANUMERIC, 22), "_", random.text(ALPHANUMERIC, 59)),
  gitlab: (random) => joined("gl", "pat-", random.text(URL64, 20)),
  stripe: (random) => joined(random.pick(["sk", "rk"]), "_live", "_", random.text(ALPHANUMERIC, 24)),
  openai: (random) =>
    joined("sk", "-", random.text(ALPHANUMERIC, 20), "T3Blbk", "FJ", random.text(ALPHANUMERIC, 20)),
  "openai-project": (random) => joined("sk", "-proj-", random.text(URL64, 64)),
  anthropic: (random) => joined("sk", "-ant-api03-", random.text(URL64, 93), "AA"),
  google: (random) => joined("AI", "za", random.text(URL64, 35)),
  slack: (random) =>
    joined(
      "xo",
      random.pick(["xb", "xp"]),
      "-",
      random.digits(12),
      "-",
      random.digits(12),
      "-",
      random.text(ALPHANUMERIC, 24),
    ),
  npm: (random) => joined("np", "m_", random.text(ALPHANUMERIC, 36)),
  huggingface: (random) => joined("h", "f_", random.text(ALPHANUMERIC.slice(0, 52), 34)),
  sendgrid: (random) => joined("S", "G.", random.text(URL64, 22), ".", random.text(URL64, 43)),
  telegram: (random) => joined(random.digits(10), ":AA", random.text(URL64, 33)),
};

/** Country, then what the account number is made of: n a digit, a a capital. */
const IBANS: [string, string][] = [
  ["DE", "n".repeat(18)],
  ["GB", `aaaa${"n".repeat(14)}`],
  ["FR", "n".repeat(23)],
  ["NL", `aaaa${"n".repeat(10)}`],
  ["ES", "n".repeat(20)],
  ["IT", `a${"n".repeat(22)}`],
  ["CH", "n".repeat(17)],
  ["AT", "n".repeat(16)],
  ["PL", "n".repeat(24)],
  ["BE", "n".repeat(12)],
];

export function iban(random: Random): string {
  const [country, form] = random.pick(IBANS);
  const account = [...form].map((kind) => (kind === "n" ? random.digits(1) : random.text(UPPER, 1))).join("");
  const numeric = [...`${account}${country}00`].map((sign) => Number.parseInt(sign, 36)).join("");
  const check = String(98n - (BigInt(numeric) % 97n)).padStart(2, "0");
  return `${country}${check}${account}`;
}

/** The same with two digits wrong. */
export function brokenIban(random: Random): string {
  const right = iban(random);
  return `${right.slice(0, 2)}${String((Number(right.slice(2, 4)) + 31) % 100).padStart(2, "0")}${right.slice(4)}`;
}

export const inFours = (text: string, separator = " ") => text.match(/.{1,4}/g)!.join(separator);

function luhnDigit(digits: string): string {
  let sum = 0;
  [...digits].reverse().forEach((digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  });
  return String((10 - (sum % 10)) % 10);
}

export function card(random: Random): string {
  const prefix = random.pick(["4", "51", "53", "2223", "6011"]);
  const body = prefix + random.digits(15 - prefix.length);
  return body + luhnDigit(body);
}

export const amex = (random: Random) => {
  const body = `37${random.digits(12)}`;
  return body + luhnDigit(body);
};

export function brokenCard(random: Random): string {
  const right = card(random);
  return right.slice(0, 15) + String((Number(right[15]) + 3) % 10);
}

/** Numbers that regulators keep for films and manuals. */
export const FICTION_PHONES: ((random: Random) => string)[] = [
  (random) => `(${random.pick(["212", "312", "415", "617"])}) 555-01${random.digits(2)}`,
  (random) => `+1 ${random.pick(["212", "312", "415"])}-555-01${random.digits(2)}`,
  (random) => `${random.pick(["646", "702", "808"])}-555-01${random.digits(2)}`,
  (random) => `+44 7700 900${random.digits(3)}`,
  (random) => `020 7946 0${random.digits(3)}`,
  (random) => `+49 30 23125 ${random.digits(3)}`,
  (random) => `+33 1 99 00 ${random.digits(2)} ${random.digits(2)}`,
  (random) => `+61 491 570 ${random.digits(3)}`,
  (random) => `+49 (0)171 39200${random.digits(2)}`,
  (random) => `0049 30 23125${random.digits(3)}`,
];

/** Addresses that RFC 5737 and RFC 3849 keep for documents. */
export const documentIp = (random: Random) =>
  `${random.pick(["192.0.2", "198.51.100", "203.0.113"])}.${1 + random.below(254)}`;
export const documentIp6 = (random: Random) =>
  `2001:db8:${random.hex(4)}:${random.hex(4)}:${random.hex(4)}::${random.hex(3)}1`;

export const cpf = (random: Random) => {
  const digits = random.digits(9);
  const check = (text: string) => {
    const sum = [...text].reduce((all, digit, i) => all + Number(digit) * (text.length + 1 - i), 0);
    return String(((sum * 10) % 11) % 10);
  };
  const first = check(digits);
  const second = check(digits + first);
  return `${digits.slice(0, 3)}.${digits.slice(3, 6)}.${digits.slice(6)}-${first}${second}`;
};

export const dni = (random: Random) => {
  const number = random.digits(8);
  return number + "TRWAGMYFPDXBNJZSQVHLCKE"[Number(number) % 23];
};

/** Area 9xx is never given out. */
export const fictionSsn = (random: Random) =>
  `9${random.digits(2)}-${random.pick(["12", "34", "56"])}-${random.digits(4)}`;
/** The prefix QQ is never given out. */
export const fictionNino = (random: Random) =>
  `QQ ${random.digits(2)} ${random.digits(2)} ${random.digits(2)} ${random.pick(["A", "B", "C", "D"])}`;
