import { hash } from "node:crypto";

/** Luhn's sum over digits; spaces and hyphens must be gone. */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    let value = digits.charCodeAt(digits.length - 1 - i) - 48;
    if (i % 2 === 1) value = value > 4 ? value * 2 - 9 : value * 2;
    sum += value;
  }
  return sum % 10 === 0;
}

/** ISO 7064 mod 97-10, as an IBAN carries it. */
export function isMod97(iban: string): boolean {
  let rest = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Base58Check: the last four bytes are the head of a double SHA-256 of the others. */
export function isBase58Check(text: string): boolean {
  let value = 0n;
  for (const sign of text) {
    const digit = BASE58.indexOf(sign);
    if (digit < 0) return false;
    value = value * 58n + BigInt(digit);
  }
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, "hex");
  const once = hash("sha256", bytes.subarray(0, -4), "buffer");
  return hash("sha256", once, "buffer").subarray(0, 4).equals(bytes.subarray(-4));
}

/** Brazil's CPF: two check digits, 11 modulo. */
export function isCpf(digits: string): boolean {
  if (/^(\d)\1*$/.test(digits)) return false;
  const check = (length: number) => {
    let sum = 0;
    for (let i = 0; i < length; i += 1) sum += Number(digits[i]) * (length + 1 - i);
    return ((sum * 10) % 11) % 10 === Number(digits[length]);
  };
  return check(9) && check(10);
}

/** Spain's DNI or NIE: the letter is the number modulo 23. */
export function isDni(id: string): boolean {
  const number = Number(
    id.slice(0, -1).replace(/^[XYZ]/i, (sign) => String("XYZ".indexOf(sign.toUpperCase()))),
  );
  return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] === id.at(-1)!.toUpperCase();
}

/** France's NIR: the key is 97 minus the number modulo 97. */
export function isNir(digits: string): boolean {
  return 97n - (BigInt(digits.slice(0, 13)) % 97n) === BigInt(digits.slice(13));
}

/** Shannon entropy, bits a character. */
export function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
