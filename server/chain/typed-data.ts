// Pure: the browser builds and shows the same message that the server checks and the contract recovers.
// The type strings are those of contracts/src/interfaces; contracts/vectors pins the digests.
import type { Address, Hex, TypedDataDomain } from "viem";

export type ChainContract = { chainId: number; contract: Address };

export type BatchApproval = {
  datanetId: bigint;
  batchNo: bigint;
  root: Hex;
  leaves: bigint;
  manifestHash: Hex;
  /** Unix seconds, inclusive. */
  deadline: bigint;
};

export type ReviewVote = {
  datanetId: bigint;
  validator: Address;
  votesHash: Hex;
  accepted: bigint;
  rejected: bigint;
  sampled: bigint;
  nonce: bigint;
  deadline: bigint;
};

/** One signature over a sitting's decisions; it stays off chain, in the manifest of the version. */
export type ReviewBatch = {
  datanetId: bigint;
  /** Merkle root over the decisions. */
  root: Hex;
  decisions: bigint;
  /** Unix seconds. */
  madeAt: bigint;
};

/** The `Pub` tuple of AdapterRegistry; `deadline` is the voucher's. */
export type Publication = {
  creator: Address;
  artifactHash: Hex;
  baseModelHash: Hex;
  provenanceRoot: Hex;
  evaluationHash: Hex;
  cardHash: Hex;
  runCommit: Hex;
  royaltyBps: number;
  uri: string;
  /** `nonces(creator)` at the time of publishing. */
  nonce: bigint;
  deadline: bigint;
};

const PUBLICATION_FIELDS = [
  { name: "creator", type: "address" },
  { name: "artifactHash", type: "bytes32" },
  { name: "baseModelHash", type: "bytes32" },
  { name: "provenanceRoot", type: "bytes32" },
  { name: "evaluationHash", type: "bytes32" },
  { name: "cardHash", type: "bytes32" },
  { name: "runCommit", type: "bytes32" },
  { name: "royaltyBps", type: "uint16" },
  { name: "uri", type: "string" },
  { name: "nonce", type: "uint256" },
  { name: "deadline", type: "uint256" },
] as const;

export const batchApprovalTypes = {
  BatchApproval: [
    { name: "datanetId", type: "uint256" },
    { name: "batchNo", type: "uint64" },
    { name: "root", type: "bytes32" },
    { name: "leaves", type: "uint64" },
    { name: "manifestHash", type: "bytes32" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

export const reviewVoteTypes = {
  ReviewVote: [
    { name: "datanetId", type: "uint256" },
    { name: "validator", type: "address" },
    { name: "votesHash", type: "bytes32" },
    { name: "accepted", type: "uint64" },
    { name: "rejected", type: "uint64" },
    { name: "sampled", type: "uint64" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

export const reviewBatchTypes = {
  ReviewBatch: [
    { name: "datanetId", type: "uint256" },
    { name: "root", type: "bytes32" },
    { name: "decisions", type: "uint64" },
    { name: "madeAt", type: "uint64" },
  ],
} as const;

export const adapterVoucherTypes = { AdapterVoucher: PUBLICATION_FIELDS } as const;
export const publishTypes = { Publish: PUBLICATION_FIELDS } as const;

/** EIP-712 domain of DatanetRegistry. */
export function datanetRegistryDomain(at: ChainContract): TypedDataDomain {
  return domain("ModelFactory DatanetRegistry", at);
}

/** EIP-712 domain of AdapterRegistry. */
export function adapterRegistryDomain(at: ChainContract): TypedDataDomain {
  return domain("ModelFactory AdapterRegistry", at);
}

function domain(name: string, { chainId, contract }: ChainContract) {
  return { name, version: "1", chainId, verifyingContract: contract };
}

/** What a validator's wallet signs to approve a batch; pass it to signTypedData or hashTypedData as it is. */
export function batchApproval(at: ChainContract, message: BatchApproval) {
  return {
    domain: datanetRegistryDomain(at),
    types: batchApprovalTypes,
    primaryType: "BatchApproval",
    message,
  } as const;
}

/** What a validator's wallet signs at the end of a review sitting; it stays off chain, in the manifest. */
export function reviewVote(at: ChainContract, message: ReviewVote) {
  return {
    domain: datanetRegistryDomain(at),
    types: reviewVoteTypes,
    primaryType: "ReviewVote",
    message,
  } as const;
}

/** What a validator's wallet signs over the decisions of one sitting. */
export function reviewBatch(at: ChainContract, message: ReviewBatch) {
  return {
    domain: datanetRegistryDomain(at),
    types: reviewBatchTypes,
    primaryType: "ReviewBatch",
    message,
  } as const;
}

/** What the attestor signs after re-hashing and re-loading the artifact. */
export function adapterVoucher(at: ChainContract, message: Publication) {
  return {
    domain: adapterRegistryDomain(at),
    types: adapterVoucherTypes,
    primaryType: "AdapterVoucher",
    message,
  } as const;
}

/** What a creator signs so that another account may send `publishFor`; `deadline` replaces the voucher's. */
export function publish(at: ChainContract, publication: Publication, deadline: bigint) {
  return {
    domain: adapterRegistryDomain(at),
    types: publishTypes,
    primaryType: "Publish",
    message: { ...publication, deadline },
  } as const;
}
