import { type Address, encodeFunctionData, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { adapterRegistryAbi, datanetRegistryAbi } from "@/contracts/generated/abi";
import { toBytes32 } from "./hash";
import { adapterVoucher, type Publication } from "./typed-data";

/** A transaction for a wallet to simulate, sign and send; it carries no value. */
export type PreparedCall = { chainId: number; to: Address; data: Hex };

type Target = { chainId: number; datanetRegistry: Address; adapterRegistry: Address };

/** Hashes are 64 hex digits, as the database keeps them. */
export function createDatanetCall(target: Target, input: { policyHash: string }): PreparedCall {
  return datanetCall(
    target,
    encodeFunctionData({
      abi: datanetRegistryAbi,
      functionName: "create",
      args: [toBytes32(input.policyHash)],
    }),
  );
}

export function setValidatorCall(
  target: Target,
  input: { datanetId: bigint; account: Address; isActive: boolean },
): PreparedCall {
  return datanetCall(
    target,
    encodeFunctionData({
      abi: datanetRegistryAbi,
      functionName: "setValidator",
      args: [input.datanetId, input.account, input.isActive],
    }),
  );
}

export type CommitBatchInput = {
  datanetId: bigint;
  root: string;
  leaves: number;
  manifestHash: string;
  /** Unix seconds, the one the validators signed. */
  deadline: bigint;
  approvals: readonly { signer: Address; signature: Hex }[];
};

/** Sorts the approvals by signer, as the contract demands. */
export function commitBatchCall(target: Target, input: CommitBatchInput): PreparedCall {
  const approvals = [...input.approvals].sort((a, b) => (BigInt(a.signer) < BigInt(b.signer) ? -1 : 1));
  return datanetCall(
    target,
    encodeFunctionData({
      abi: datanetRegistryAbi,
      functionName: "commitBatch",
      args: [
        input.datanetId,
        toBytes32(input.root),
        BigInt(input.leaves),
        toBytes32(input.manifestHash),
        input.deadline,
        approvals.map(({ signer }) => signer),
        approvals.map(({ signature }) => signature),
      ],
    }),
  );
}

export function commitRunCall(target: Target, input: { runCommit: string }): PreparedCall {
  return adapterCall(
    target,
    encodeFunctionData({
      abi: adapterRegistryAbi,
      functionName: "commitRun",
      args: [toBytes32(input.runCommit)],
    }),
  );
}

export function publishCall(target: Target, input: { publication: Publication; voucher: Hex }): PreparedCall {
  return adapterCall(
    target,
    encodeFunctionData({
      abi: adapterRegistryAbi,
      functionName: "publish",
      args: [input.publication, input.voucher],
    }),
  );
}

export type PublicationInput = {
  creator: Address;
  artifactHash: string;
  baseModelHash: string;
  provenanceRoot: string;
  evaluationHash: string;
  cardHash: string;
  runCommit: string;
  uri: string;
  /** `readNonce(chain, creator)`. */
  nonce: bigint;
  /** Unix seconds until when the voucher holds. */
  deadline: bigint;
  royaltyBps?: number;
};

/** The tuple that voucher and `publish` share, from hashes as the database keeps them. */
export function buildPublication(input: PublicationInput): Publication {
  return {
    creator: input.creator,
    artifactHash: toBytes32(input.artifactHash),
    baseModelHash: toBytes32(input.baseModelHash),
    provenanceRoot: toBytes32(input.provenanceRoot),
    evaluationHash: toBytes32(input.evaluationHash),
    cardHash: toBytes32(input.cardHash),
    runCommit: toBytes32(input.runCommit),
    royaltyBps: input.royaltyBps ?? 0,
    uri: input.uri,
    nonce: input.nonce,
    deadline: input.deadline,
  };
}

/** The attestor's signature over a publication. Call it only after the artifact was re-hashed and re-loaded. */
export function signVoucher(input: {
  attestorKey: Hex;
  chainId: number;
  adapterRegistry: Address;
  publication: Publication;
}): Promise<Hex> {
  const at = { chainId: input.chainId, contract: input.adapterRegistry };
  return privateKeyToAccount(input.attestorKey).signTypedData(adapterVoucher(at, input.publication));
}

function datanetCall(target: Target, data: Hex): PreparedCall {
  return { chainId: target.chainId, to: target.datanetRegistry, data };
}

function adapterCall(target: Target, data: Hex): PreparedCall {
  return { chainId: target.chainId, to: target.adapterRegistry, data };
}
