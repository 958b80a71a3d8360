import { type Address, type Hex, zeroAddress } from "viem";
import { adapterRegistryAbi, datanetRegistryAbi } from "@/contracts/generated/abi";
import type { Chain } from "./client";
import { explainChainError } from "./errors";
import { fromBytes32, toBytes32 } from "./hash";

// Absent things are null here, not an error; everything else that viem throws passes through.

const DATANET_STATUSES = ["none", "open", "closed"] as const;
export const ADAPTER_STATUSES = ["none", "active", "affected", "superseded", "revoked"] as const;

export type DatanetRecord = {
  owner: Address;
  pendingOwner: Address | null;
  status: (typeof DATANET_STATUSES)[number];
  quorum: number;
  batches: number;
  policyHash: string;
};

export async function readDatanet(chain: Chain, datanetId: bigint): Promise<DatanetRecord | null> {
  const found = await absentAsNull(
    "DatanetNotFound",
    chain.client.readContract({
      address: chain.datanetRegistry,
      abi: datanetRegistryAbi,
      functionName: "datanet",
      args: [datanetId],
    }),
  );
  if (!found) return null;
  return {
    owner: found.owner,
    pendingOwner: found.pendingOwner === zeroAddress ? null : found.pendingOwner,
    status: DATANET_STATUSES[found.status]!,
    quorum: found.quorum,
    batches: Number(found.batches),
    policyHash: fromBytes32(found.policyHash),
  };
}

export type BatchRecord = { root: string; manifestHash: string; leaves: number; committedAt: Date };

export async function readBatch(
  chain: Chain,
  datanetId: bigint,
  batchNo: number,
): Promise<BatchRecord | null> {
  const found = await absentAsNull(
    "BatchNotFound",
    chain.client.readContract({
      address: chain.datanetRegistry,
      abi: datanetRegistryAbi,
      functionName: "batch",
      args: [datanetId, BigInt(batchNo)],
    }),
  );
  if (!found) return null;
  return {
    root: fromBytes32(found.root),
    manifestHash: fromBytes32(found.manifestHash),
    leaves: Number(found.leaves),
    committedAt: new Date(Number(found.committedAt) * 1000),
  };
}

export function readIsValidator(chain: Chain, datanetId: bigint, account: Address): Promise<boolean> {
  return chain.client.readContract({
    address: chain.datanetRegistry,
    abi: datanetRegistryAbi,
    functionName: "isValidator",
    args: [datanetId, account],
  });
}

/** The nonce a creator's next publication must carry. */
export function readNonce(chain: Chain, creator: Address): Promise<bigint> {
  return chain.client.readContract({
    address: chain.adapterRegistry,
    abi: adapterRegistryAbi,
    functionName: "nonces",
    args: [creator],
  });
}

export type RunCommitRecord = { blockNumber: bigint; tokenId: number | null };

export async function readRunCommit(
  chain: Chain,
  committer: Address,
  runCommit: string,
): Promise<RunCommitRecord | null> {
  const found = await chain.client.readContract({
    address: chain.adapterRegistry,
    abi: adapterRegistryAbi,
    functionName: "runCommitOf",
    args: [committer, toBytes32(runCommit)],
  });
  if (found.blockNumber === 0n) return null;
  return { blockNumber: found.blockNumber, tokenId: found.usedBy === 0 ? null : found.usedBy };
}

/** The token of a published artifact, or null. */
export async function readTokenOfArtifact(chain: Chain, artifactHash: string): Promise<bigint | null> {
  const tokenId = await chain.client.readContract({
    address: chain.adapterRegistry,
    abi: adapterRegistryAbi,
    functionName: "tokenOfArtifact",
    args: [toBytes32(artifactHash)],
  });
  return tokenId === 0n ? null : tokenId;
}

export type AdapterRecord = {
  artifactHash: string;
  baseModelHash: string;
  provenanceRoot: string;
  evaluationHash: string;
  cardHash: string;
  runCommit: string;
  creator: Address;
  publishedAt: Date;
  status: (typeof ADAPTER_STATUSES)[number];
  supersededBy: number | null;
};

/** The record that Re-check compares the files with. */
export async function readAdapter(chain: Chain, tokenId: bigint): Promise<AdapterRecord | null> {
  const found = await absentAsNull(
    "AdapterNotFound",
    chain.client.readContract({
      address: chain.adapterRegistry,
      abi: adapterRegistryAbi,
      functionName: "record",
      args: [tokenId],
    }),
  );
  if (!found) return null;
  return {
    artifactHash: fromBytes32(found.artifactHash),
    baseModelHash: fromBytes32(found.baseModelHash),
    provenanceRoot: fromBytes32(found.provenanceRoot),
    evaluationHash: fromBytes32(found.evaluationHash),
    cardHash: fromBytes32(found.cardHash),
    runCommit: fromBytes32(found.runCommit),
    creator: found.creator,
    publishedAt: new Date(found.publishedAt * 1000),
    status: ADAPTER_STATUSES[found.status]!,
    supersededBy: found.supersededBy === 0 ? null : found.supersededBy,
  };
}

/**
 * Whether sending this call now would succeed; the reason when not. The wallet simulates again before it signs.
 */
export async function simulateCall(
  chain: Chain,
  call: { from: Address; to: Address; data: Hex },
): Promise<{ ok: true } | { ok: false; code: string; message: string; fix: string }> {
  try {
    await chain.client.call({ account: call.from, to: call.to, data: call.data });
    return { ok: true };
  } catch (error) {
    return { ok: false, ...explainChainError(error) };
  }
}

async function absentAsNull<T>(errorName: string, promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (explainChainError(error).code === errorName) return null;
    throw error;
  }
}
