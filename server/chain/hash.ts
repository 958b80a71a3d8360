// Pure: runs in the browser, the server and the CLI. The golden cases are contracts/vectors/*.json.
// Hashes are 64 lowercase hex digits without "0x", as the database and the manifests keep them;
// toBytes32 and fromBytes32 cross to the chain and back.
import { SimpleMerkleTree, StandardMerkleTree } from "@openzeppelin/merkle-tree";
import canonicalize from "canonicalize";
import {
  type Address,
  encodeAbiParameters,
  type Hex,
  isAddress,
  keccak256,
  sha256,
  stringToBytes,
} from "viem";

export type Row = { prompt: string; answer: string; system: string; category: string; source: string };
export type LeafInput = { rowHash: string; contributor: string; salt: string };
export type BatchRef = { datanetId: string; batch: number; root: string };

const LEAF_ENCODING = ["bytes32", "address", "bytes32"] as const;
const HASH = /^[0-9a-f]{64}$/;

/** 64 hex digits to a bytes32 for the chain. Throws on anything else, also on capitals or a leading 0x. */
export function toBytes32(hash: string): Hex {
  if (!HASH.test(hash)) throw new Error(`Not a hash of 64 lowercase hex digits: ${JSON.stringify(hash)}`);
  return `0x${hash}`;
}

/** A bytes32 from the chain to 64 hex digits. */
export function fromBytes32(value: string): string {
  const hash = value.slice(2).toLowerCase();
  if (!value.startsWith("0x") || !HASH.test(hash)) throw new Error(`Not a bytes32: ${JSON.stringify(value)}`);
  return hash;
}

/**
 * RFC 8785 JSON text. Throws on what has no such text or would differ between languages: NaN and infinities,
 * whole numbers past 2^53 - 1, half of a surrogate pair, bigint. An undefined property is left out, as in JSON.
 */
export function canonicalJson(value: unknown): string {
  assertPortable(value, "$");
  const text = canonicalize(value);
  if (text === undefined) throw new Error("Nothing to write as JSON: the value is undefined or a function.");
  return text;
}

function assertPortable(value: unknown, path: string): void {
  if (typeof value === "string") {
    if (/\p{Surrogate}/u.test(value))
      throw new Error(`${path} holds half of a surrogate pair; it is not valid text.`);
  } else if (typeof value === "number") {
    const isPortable = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    if (!isPortable) throw new Error(`${path} is ${value}, which JSON cannot carry exactly.`);
  } else if (typeof value === "bigint") {
    throw new Error(`${path} is a bigint; write it as a decimal string.`);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      assertPortable(item, `${path}[${index}]`);
    });
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      assertPortable(key, `${path} key`);
      assertPortable(item, `${path}.${key}`);
    }
  }
}

/** SHA-256 of bytes, or of a string's UTF-8 bytes. */
export function sha256Hex(data: string | Uint8Array): string {
  return sha256(typeof data === "string" ? stringToBytes(data) : data, "hex").slice(2);
}

/** SHA-256 of the canonical JSON: manifests, splits, configurations, metrics, cards. */
export function jsonHash(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/** The row as it is hashed: exactly the five fields, NFC-normalised, absent ones empty. */
export function normalizeRow(row: Partial<Row>): Row {
  const text = (field: keyof Row) => (row[field] ?? "").normalize("NFC");
  return {
    answer: text("answer"),
    category: text("category"),
    prompt: text("prompt"),
    source: text("source"),
    system: text("system"),
  };
}

export function rowHash(row: Partial<Row>): string {
  return jsonHash(normalizeRow(row));
}

/** keccak256(keccak256(abi.encode(bytes32 rowHash, address contributor, bytes32 salt))). */
export function leafHash(leaf: LeafInput): string {
  const [hash, contributor, salt] = leafTuple(leaf);
  const inner = keccak256(
    encodeAbiParameters(
      LEAF_ENCODING.map((type) => ({ type })),
      [hash, contributor, salt],
    ),
  );
  return keccak256(inner).slice(2);
}

function leafTuple(leaf: LeafInput): [Hex, Address, Hex] {
  const contributor = leaf.contributor.toLowerCase();
  if (!isAddress(contributor)) throw new Error(`Not an address: ${JSON.stringify(leaf.contributor)}`);
  return [toBytes32(leaf.rowHash), contributor, toBytes32(leaf.salt)];
}

/** Root over rows with their salts. Throws on an empty list. */
export function merkleRoot(leaves: readonly LeafInput[]): string {
  return fromBytes32(StandardMerkleTree.of(leaves.map(leafTuple), [...LEAF_ENCODING]).root);
}

/** The same root from the leaves alone, in any order: what is left after rows and salts are erased. */
export function merkleRootOfLeaves(leaves: readonly string[]): string {
  return fromBytes32(SimpleMerkleTree.of(leaves.map(toBytes32)).root);
}

/** Proof that `leaf` is under the root of `leaves`, for `DatanetRegistry.verify`. Throws when it is not among them. */
export function merkleProof(leaves: readonly string[], leaf: string): string[] {
  const tree = SimpleMerkleTree.of(leaves.map(toBytes32));
  return tree.getProof(toBytes32(leaf)).map(fromBytes32);
}

export function verifyMerkleProof(root: string, leaf: string, proof: readonly string[]): boolean {
  return SimpleMerkleTree.verify(toBytes32(root), toBytes32(leaf), proof.map(toBytes32));
}

export type Policy = {
  goal: string;
  name: string;
  purpose: string;
  guidelines: string;
  licence: string;
  labels: readonly string[];
  /** Names of what is extracted; hashed only where there are some, so that a policy without keeps its hash. */
  fields?: readonly string[];
};

/** Takes only what belongs to a policy from the object, so a whole Datanet row may be passed. */
export function policyHash(policy: Policy): string {
  const { goal, name, purpose, guidelines, licence, labels, fields = [] } = policy;
  return jsonHash({
    format: "modelfactory.policy/1",
    goal,
    name,
    purpose,
    guidelines,
    licence,
    labels,
    ...(fields.length > 0 ? { fields } : {}),
  });
}

export type SnapshotManifest = {
  format: "modelfactory.snapshot/1";
  chainId: number;
  registry: string;
  /** The on-chain id in decimal. */
  datanetId: string;
  batch: number;
  policyHash: string;
  root: string;
  /** Ascending. */
  leaves: string[];
  reviews: { validator: string; accepted: number; rejected: number; sampled: number }[];
  /** Signed sittings that the rows rest on (EIP-712 `ReviewBatch`); absent where nobody signed any. */
  batches?: { validator: string; root: string; decisions: number; madeAt: string; signature: string }[];
  /** manifestHash of the batch before, or "". */
  previous: string;
};

export function manifestHash(manifest: SnapshotManifest): string {
  return jsonHash(manifest);
}

export type RunCommit = {
  salt: string;
  splitHash: string;
  metric: string;
  hypothesis: string;
  configHash: string;
  batches: readonly BatchRef[];
};

/** One version's split hash stands for itself; several are hashed together, in the order of their batches. */
export function joinedSplitHash(splits: readonly string[]): string {
  return splits.length === 1 ? splits[0]! : jsonHash({ format: "modelfactory.splits/1", splits });
}

/** What `commitRun` announces before training. Batches are hashed in the order given. */
export function runCommitHash(run: RunCommit): string {
  const { salt, splitHash, metric, hypothesis, configHash } = run;
  const batches = run.batches.map(batchRef);
  return jsonHash({ format: "modelfactory.run/1", salt, splitHash, metric, hypothesis, configHash, batches });
}

/** What a published adapter was made from. Batches are hashed in the order given. */
export function provenanceRoot(provenance: {
  batches: readonly BatchRef[];
  configHash: string;
  metricsHash: string;
}): string {
  const { configHash, metricsHash } = provenance;
  return jsonHash({ batches: provenance.batches.map(batchRef), configHash, metricsHash });
}

/** Hash of a base model from its files' hashes, by name. */
export function baseModelHash(files: Record<string, string>): string {
  return jsonHash({ files });
}

function batchRef({ datanetId, batch, root }: BatchRef): BatchRef {
  return { datanetId, batch, root };
}
