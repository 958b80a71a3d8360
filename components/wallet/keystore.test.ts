import { expect, test } from "vitest";
import { decryptKey, encryptKey } from "./keystore";

/** The PBKDF2 example of the Web3 Secret Storage definition. */
const EXAMPLE = JSON.stringify({
  crypto: {
    cipher: "aes-128-ctr",
    cipherparams: { iv: "6087dab2f9fdbbfaddc31a909735c1e6" },
    ciphertext: "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
    kdf: "pbkdf2",
    kdfparams: {
      c: 262_144,
      dklen: 32,
      prf: "hmac-sha256",
      salt: "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd",
    },
    mac: "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2",
  },
  id: "3198bc9c-6672-5ab3-d995-4942343ae5b6",
  version: 3,
});
const KEY = "0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

test("opens the definition's own example, and only with its password", async () => {
  expect(await decryptKey(EXAMPLE, "testpassword")).toBe(KEY);
  await expect(decryptKey(EXAMPLE, "testpassworD")).rejects.toMatchObject({ problem: "wrong-password" });
});

test("what is written is read again, holds no key in the clear, and is never the same twice", async () => {
  const [first, second] = [
    await encryptKey(KEY, "pass wörd", 1_000),
    await encryptKey(KEY, "pass wörd", 1_000),
  ];
  expect(await decryptKey(first, "pass wörd")).toBe(KEY);
  expect(first).not.toContain(KEY.slice(2));
  expect(first).not.toBe(second);
  expect(JSON.parse(first).address).toMatch(/^[0-9a-f]{40}$/);
  const damaged = first.replace(/"ciphertext": "../, (found) => `${found.slice(0, -2)}00`);
  if (damaged !== first) await expect(decryptKey(damaged, "pass wörd")).rejects.toThrow();
});

test.each([
  ["{", "not-a-keystore"],
  ["[]", "not-a-keystore"],
  ['{"a":1}', "not-a-keystore"],
  [EXAMPLE.replace('"pbkdf2"', '"scrypt"'), "other-kind"],
  [EXAMPLE.replace("262144", "99999999999"), "other-kind"],
])("names what cannot be read: %.20s", async (text, problem) => {
  await expect(decryptKey(text, "testpassword")).rejects.toMatchObject({ problem });
});
