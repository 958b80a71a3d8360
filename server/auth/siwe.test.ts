import { getAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { createSiweMessage, type SiweMessage } from "viem/siwe";
import { describe, expect, it } from "vitest";
import { checkSiweMessage, checkSiweSignature, SIWE_STATEMENT } from "./siwe";

const now = new Date("2026-11-21T10:00:00.000Z");
const account = privateKeyToAccount("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");
const expected = { domain: "127.0.0.1:3000", uri: "http://127.0.0.1:3000", chainId: 31337, now };

const fields = (change: Partial<SiweMessage> = {}): SiweMessage => ({
  address: account.address,
  chainId: 31337,
  domain: "127.0.0.1:3000",
  uri: "http://127.0.0.1:3000",
  nonce: "0123456789abcdef0123456789abcdef",
  version: "1",
  statement: SIWE_STATEMENT,
  issuedAt: new Date("2026-11-21T09:59:30.000Z"),
  expirationTime: new Date("2026-11-21T10:05:00.000Z"),
  ...change,
});
const message = (change: Partial<SiweMessage> = {}) => createSiweMessage(fields(change));

const refusals: [string, string, string][] = [
  ["another domain", message({ domain: "evil.example" }), "SIWE_DOMAIN"],
  ["a scheme in front of the domain", `https://${message()}`, "SIWE_DOMAIN"],
  ["another page", message({ uri: "http://127.0.0.1:3000/elsewhere" }), "SIWE_URI"],
  ["another chain", message({ chainId: 1 }), "SIWE_CHAIN"],
  ["another version", message().replace("Version: 1", "Version: 2"), "SIWE_VERSION"],
  ["a short nonce", message({ nonce: "12345678" }), "SIWE_NONCE"],
  ["another statement", message({ statement: "Give everything away." }), "SIWE_FORMAT"],
  ["resources", message({ resources: ["https://example.com/grant"] }), "SIWE_FORMAT"],
  ["a request id", message({ requestId: "x" }), "SIWE_FORMAT"],
  ["a second Chain ID line", `${message()}\nChain ID: 1`, "SIWE_"],
  ["a trailing line", `${message()}\nmore`, "SIWE_FORMAT"],
  ["no end", message({ expirationTime: undefined }), "SIWE_TIME"],
  ["an end long past issue", message({ expirationTime: new Date("2027-01-01T00:00:00Z") }), "SIWE_TIME"],
  ["an end in the past", message({ expirationTime: new Date("2026-11-21T09:59:59Z") }), "SIWE_TIME"],
  ["an issue time too old", message({ issuedAt: new Date("2026-11-21T09:40:00Z") }), "SIWE_TIME"],
  ["an issue time in the future", message({ issuedAt: new Date("2026-11-21T10:04:00Z") }), "SIWE_TIME"],
  ["a start in the future", message({ notBefore: new Date("2026-11-21T10:03:00Z") }), "SIWE_TIME"],
  ["an invalid date", message().replace("2026-11-21T09:59:30.000Z", "yesterday"), "SIWE_"],
  ["a lower-case address", message().replace(account.address, account.address.toLowerCase()), "SIWE_FORMAT"],
  ["nothing", "", "SIWE_FORMAT"],
  ["3,000 characters", "x".repeat(3_000), "SIWE_FORMAT"],
];

describe("checkSiweMessage", () => {
  it("accepts the one allowed form", () => {
    expect(checkSiweMessage(message(), expected).address).toBe(getAddress(account.address));
  });

  it.each(refusals)("refuses %s", (_, text, code) => {
    expect(() => checkSiweMessage(text, expected)).toThrowError(
      expect.objectContaining({ code: expect.stringContaining(code), status: 401 }),
    );
  });
});

describe("checkSiweSignature", () => {
  const neverAContract = async () => false;
  const text = message();

  it("accepts the owner's signature without asking the chain", async () => {
    const signature = await account.signMessage({ message: text });
    const chain = async () => {
      throw new Error("asked");
    };
    await expect(checkSiweSignature(text, account.address, signature, chain)).resolves.toBeUndefined();
  });

  it("refuses another key, another message, odd lengths and the second form with a high s", async () => {
    const other = privateKeyToAccount(generatePrivateKey());
    const signature = await account.signMessage({ message: text });
    const s = BigInt(`0x${signature.slice(66, 130)}`);
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const flipped = signature.endsWith("1b") ? "1c" : "1b";
    const highS = `${signature.slice(0, 66)}${(order - s).toString(16).padStart(64, "0")}${flipped}`;
    const bad = [
      await other.signMessage({ message: text }),
      await account.signMessage({ message: `${text} ` }),
      signature.slice(0, -2),
      highS,
      `0x${"ab".repeat(8_300)}`,
      "0x",
      "hello",
    ];
    for (const value of bad) {
      await expect(checkSiweSignature(text, account.address, value, neverAContract)).rejects.toMatchObject({
        code: "SIWE_SIGNATURE",
      });
    }
  });

  it("asks the chain about a contract wallet's longer signature", async () => {
    const asked: string[] = [];
    const contract = async (address: string) => {
      asked.push(address);
      return true;
    };
    await checkSiweSignature(text, account.address, `0x${"12".repeat(100)}`, contract);
    expect(asked).toEqual([account.address]);
  });
});
