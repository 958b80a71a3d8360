import { bytesToHex, type Hex, hexToBytes, keccak256 } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { z } from "zod";

/**
 * Web3 Secret Storage, version 3, with PBKDF2 and AES-128-CTR: what wallets call a JSON keystore file. The MAC tells a
 * wrong password from a right one.
 */
const ITERATIONS = 600_000;
/** A file that asks for more would hold the browser for minutes. */
const MOST_ITERATIONS = 10_000_000;

const hex = (bytes?: number) =>
  z.string().regex(bytes ? new RegExp(`^(0x)?[0-9a-fA-F]{${2 * bytes}}$`) : /^(0x)?([0-9a-fA-F]{2})+$/);

const Keystore = z.object({
  version: z.literal(3),
  crypto: z.object({
    cipher: z.literal("aes-128-ctr"),
    cipherparams: z.object({ iv: hex(16) }),
    ciphertext: hex(32),
    kdf: z.literal("pbkdf2"),
    kdfparams: z.object({
      c: z.number().int().min(1).max(MOST_ITERATIONS),
      dklen: z.literal(32),
      prf: z.literal("hmac-sha256"),
      salt: hex(),
    }),
    mac: hex(32),
  }),
});
export type KeystoreProblem = "not-a-keystore" | "other-kind" | "wrong-password" | "no-crypto";

/** Carries the sentence for the person. */
export class KeystoreError extends Error {
  constructor(readonly problem: KeystoreProblem) {
    super(SENTENCES[problem]);
    this.name = "KeystoreError";
  }
}

const SENTENCES: Record<KeystoreProblem, string> = {
  "not-a-keystore": "This is no keystore file: it is not the JSON that a wallet writes. Choose another file.",
  "other-kind":
    "This keystore is of a kind that is not read here (version 3 with pbkdf2 and aes-128-ctr is). Export the plain key from its wallet and import that.",
  "wrong-password": "The password does not open this file. Check it and try again; nothing was changed.",
  "no-crypto":
    "This browser encrypts only on pages opened by https or on this machine (http://127.0.0.1). Open the app there, or use the plain key.",
};

const bare = (text: string) => hexToBytes(`0x${text.replace(/^0x/, "")}`) as Uint8Array<ArrayBuffer>;
const plain = (bytes: Uint8Array) => bytesToHex(bytes).slice(2);

function subtle(): SubtleCrypto {
  const found = globalThis.crypto?.subtle;
  if (!found) throw new KeystoreError("no-crypto");
  return found;
}

async function derive(password: string, salt: Uint8Array<ArrayBuffer>, iterations: number) {
  const secret = new TextEncoder().encode(password.normalize("NFC"));
  const key = await subtle().importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
  const bits = await subtle().deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 256);
  return new Uint8Array(bits);
}

async function aesCtr(secret: Uint8Array<ArrayBuffer>, iv: Uint8Array<ArrayBuffer>) {
  const key = await subtle().importKey("raw", secret.slice(0, 16), "AES-CTR", false, ["encrypt", "decrypt"]);
  return { key, algorithm: { name: "AES-CTR", counter: iv, length: 128 } };
}

const macOf = (secret: Uint8Array, ciphertext: Uint8Array) =>
  plain(keccak256(new Uint8Array([...secret.slice(16, 32), ...ciphertext]), "bytes"));

/** The keystore file's text. Error: KeystoreError `no-crypto`. */
export async function encryptKey(key: Hex, password: string, iterations = ITERATIONS): Promise<string> {
  subtle();
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const iv = crypto.getRandomValues(new Uint8Array(16));
  const secret = await derive(password, salt, iterations);
  const aes = await aesCtr(secret, iv);
  const ciphertext = new Uint8Array(await subtle().encrypt(aes.algorithm, aes.key, bare(key)));
  return JSON.stringify(
    {
      version: 3,
      id: crypto.randomUUID(),
      address: privateKeyToAddress(key).slice(2).toLowerCase(),
      crypto: {
        cipher: "aes-128-ctr",
        cipherparams: { iv: plain(iv) },
        ciphertext: plain(ciphertext),
        kdf: "pbkdf2",
        kdfparams: { c: iterations, dklen: 32, prf: "hmac-sha256", salt: plain(salt) },
        mac: macOf(secret, ciphertext),
      },
    },
    null,
    2,
  );
}

/** Errors: KeystoreError of each problem. */
export async function decryptKey(text: string, password: string): Promise<Hex> {
  const { crypto: sealed } = parseKeystore(text);
  const secret = await derive(password, bare(sealed.kdfparams.salt), sealed.kdfparams.c);
  const ciphertext = bare(sealed.ciphertext);
  if (macOf(secret, ciphertext) !== plain(bare(sealed.mac))) throw new KeystoreError("wrong-password");
  const aes = await aesCtr(secret, bare(sealed.cipherparams.iv));
  return bytesToHex(new Uint8Array(await subtle().decrypt(aes.algorithm, aes.key, ciphertext)));
}

function parseKeystore(text: string) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new KeystoreError("not-a-keystore");
  }
  const parsed = Keystore.safeParse(value);
  if (parsed.success) return parsed.data;
  const looks = typeof value === "object" && value !== null && "version" in value && "crypto" in value;
  throw new KeystoreError(looks ? "other-kind" : "not-a-keystore");
}

/** So that the field for the password appears as soon as a file is pasted or chosen. */
export const looksLikeKeystore = (text: string) => text.trimStart().startsWith("{");
