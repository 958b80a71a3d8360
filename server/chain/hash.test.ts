import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  baseModelHash,
  canonicalJson,
  fromBytes32,
  jsonHash,
  leafHash,
  manifestHash,
  merkleProof,
  merkleRoot,
  merkleRootOfLeaves,
  normalizeRow,
  policyHash,
  provenanceRoot,
  rowHash,
  runCommitHash,
  sha256Hex,
  toBytes32,
  verifyMerkleProof,
} from "./hash";

type JsonCase = { name: string; value: never; canonical: string; hash: string };
type Row0x = { rowHash: string; contributor: string; salt: string };

function cases<T>(name: string): T[] {
  const url = new URL(`../../contracts/vectors/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as { cases: T[] }).cases;
}

const bare = ({ rowHash: hash, contributor, salt }: Row0x) => ({
  rowHash: fromBytes32(hash),
  contributor,
  salt: fromBytes32(salt),
});

test.each(cases<{ name: string; row: Record<string, string>; canonical: string; hash: string }>("row-hash"))(
  "row hash: $name",
  ({ row, canonical, hash }) => {
    expect(canonicalJson(normalizeRow(row))).toBe(canonical);
    expect(rowHash(row)).toBe(hash);
  },
);

describe.each([
  ["policy-hash", policyHash],
  ["snapshot-manifest", manifestHash],
  ["run-commit", runCommitHash],
  ["provenance-root", provenanceRoot],
] as const)("%s", (name, hashOf: (value: never) => string) => {
  test.each(cases<JsonCase>(name))("$name", ({ value, canonical, hash }) => {
    expect(canonicalJson(value)).toBe(canonical);
    expect(hashOf(value)).toBe(hash);
  });
});

test.each(cases<Row0x & { name: string; leaf: string }>("leaf"))("leaf: $name", (leaf) => {
  expect(toBytes32(leafHash(bare(leaf)))).toBe(leaf.leaf);
});

test.each(
  cases<{ name: string; rows: Row0x[]; root: string; proofs: { leaf: string; proof: string[] }[] }>("root"),
)("root and proofs: $name", ({ rows, root, proofs }) => {
  const leaves = rows.map((row) => leafHash(bare(row)));
  expect(toBytes32(merkleRoot(rows.map(bare)))).toBe(root);
  expect(toBytes32(merkleRootOfLeaves(leaves))).toBe(root);
  expect(toBytes32(merkleRootOfLeaves([...leaves].reverse()))).toBe(root);
  for (const [i, leaf] of leaves.entries()) {
    const proof = merkleProof(leaves, leaf);
    expect({ leaf: toBytes32(leaf), proof: proof.map(toBytes32) }).toEqual(proofs[i]);
    expect(verifyMerkleProof(fromBytes32(root), leaf, proof)).toBe(true);
    expect(verifyMerkleProof(fromBytes32(root), sha256Hex("another leaf"), proof)).toBe(false);
  }
});

test("known SHA-256 values", () => {
  expect(sha256Hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(sha256Hex(new Uint8Array([0x61, 0x62, 0x63]))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  expect(baseModelHash({ "b.json": "2", "a.json": "1" })).toBe(
    jsonHash({ files: { "a.json": "1", "b.json": "2" } }),
  );
});

test("a hash of a whole Datanet row is the hash of its policy alone", () => {
  const policy = { goal: "label", name: "n", purpose: "p", guidelines: "g", licence: "MIT", labels: ["a"] };
  const row = { ...policy, id: "1", createdAt: 5 };
  expect(policyHash(row)).toBe(policyHash(policy));
});

test("canonical JSON refuses what has no portable text", () => {
  expect(() => rowHash({ prompt: "\ud83d" })).toThrow("$.prompt holds half of a surrogate pair");
  expect(() => canonicalJson({ a: [1, Number.NaN] })).toThrow("$.a[1] is NaN");
  expect(() => canonicalJson({ a: 2 ** 53 })).toThrow("$.a is 9007199254740992");
  expect(() => canonicalJson({ a: 1n })).toThrow("write it as a decimal string");
  expect(() => canonicalJson(undefined)).toThrow("Nothing to write as JSON");
  expect(canonicalJson({ b: undefined, a: -0, c: 1e-7, d: 0.1 })).toBe('{"a":0,"c":1e-7,"d":0.1}');
});

test("hashes and bytes32 are told apart", () => {
  const hash = sha256Hex("x");
  expect(fromBytes32(toBytes32(hash))).toBe(hash);
  expect(() => toBytes32(`0x${hash}`)).toThrow("Not a hash of 64 lowercase hex digits");
  expect(() => toBytes32(hash.toUpperCase())).toThrow("Not a hash");
  expect(() => fromBytes32(hash)).toThrow("Not a bytes32");
  expect(() => leafHash({ rowHash: hash, contributor: "0x12", salt: hash })).toThrow(
    'Not an address: "0x12"',
  );
});

test("normalising twice is normalising once, and key order never counts", () => {
  const text = fc.string({ unit: "grapheme" });
  const row = fc.record({ prompt: text, answer: text, system: text, category: text, source: text });
  fc.assert(
    fc.property(row, (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(rowHash(normalizeRow(value))).toBe(rowHash(value));
      expect(rowHash(reversed)).toBe(rowHash(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(value);
    }),
    { seed: 3, numRuns: 300 },
  );
});

test("any set of rows gives proofs that hold", () => {
  const hash = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
  const leaf = fc.record({ rowHash: hash, contributor: hash.map((h) => `0x${h.slice(24)}`), salt: hash });
  fc.assert(
    fc.property(fc.array(leaf, { minLength: 1, maxLength: 40 }), fc.nat(), (rows, pick) => {
      const leaves = rows.map(leafHash);
      const chosen = leaves[pick % leaves.length]!;
      expect(verifyMerkleProof(merkleRoot(rows), chosen, merkleProof(leaves, chosen))).toBe(true);
    }),
    { seed: 4, numRuns: 60 },
  );
});
