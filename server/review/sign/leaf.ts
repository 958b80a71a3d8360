// Pure: the browser may recompute the root it signs. Golden cases: contracts/vectors/review-batch.json.
import { encodeAbiParameters, keccak256, stringToBytes } from "viem";
import { canonicalJson, merkleRootOfLeaves, toBytes32 } from "@/server/chain/hash";

/** One decision as it is signed: on which content, by which rules, and what was said. */
export type SignedDecision = {
  /** SHA-256 of the row that was on the screen. */
  rowHash: string;
  decision: string;
  reason: string;
  guidelinesNumber: number;
  /** Unix milliseconds. */
  decidedAt: number;
  /** SHA-256 of the row as it was mended, or "". */
  fixedHash: string;
};

/**
 * keccak256(keccak256(abi.encode(bytes32 rowHash, bytes32 detail))), hashed twice so that no node passes for a leaf;
 * `detail` is the keccak256 of the RFC 8785 JSON of everything else.
 */
export function decisionLeaf({ rowHash, ...rest }: SignedDecision): string {
  const detail = keccak256(stringToBytes(canonicalJson(rest)));
  const inner = keccak256(
    encodeAbiParameters([{ type: "bytes32" }, { type: "bytes32" }], [toBytes32(rowHash), detail]),
  );
  return keccak256(inner).slice(2);
}

/** Root over the decisions of one sitting, in any order. Throws on an empty list. */
export const decisionsRoot = (decisions: readonly SignedDecision[]) =>
  merkleRootOfLeaves(decisions.map(decisionLeaf));
