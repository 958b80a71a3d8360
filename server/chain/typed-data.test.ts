import { readFileSync } from "node:fs";
import { type Address, type Hex, hashTypedData, recoverAddress } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, test } from "vitest";
import { signVoucher } from "./calls";
import {
  adapterVoucher,
  batchApproval,
  type ChainContract,
  publish,
  reviewBatch,
  reviewVote,
} from "./typed-data";

type Message = Record<string, string>;
type Case = {
  name: string;
  chainId: string;
  contract: Address;
  message: Message;
  digest: Hex;
  privateKey: Hex;
  signer: Address;
  signature: Hex;
};

const hex = (message: Message, name: string) => message[name] as Hex;
const big = (message: Message, name: string) => BigInt(message[name]!);
const publication = (message: Message) => ({
  creator: hex(message, "creator"),
  artifactHash: hex(message, "artifactHash"),
  baseModelHash: hex(message, "baseModelHash"),
  provenanceRoot: hex(message, "provenanceRoot"),
  evaluationHash: hex(message, "evaluationHash"),
  cardHash: hex(message, "cardHash"),
  runCommit: hex(message, "runCommit"),
  royaltyBps: Number(message.royaltyBps),
  uri: message.uri!,
  nonce: big(message, "nonce"),
  deadline: big(message, "deadline"),
});

const builders = {
  "batch-approval": (at: ChainContract, m: Message) =>
    batchApproval(at, {
      datanetId: big(m, "datanetId"),
      batchNo: big(m, "batchNo"),
      root: hex(m, "root"),
      leaves: big(m, "leaves"),
      manifestHash: hex(m, "manifestHash"),
      deadline: big(m, "deadline"),
    }),
  "review-vote": (at: ChainContract, m: Message) =>
    reviewVote(at, {
      datanetId: big(m, "datanetId"),
      validator: hex(m, "validator"),
      votesHash: hex(m, "votesHash"),
      accepted: big(m, "accepted"),
      rejected: big(m, "rejected"),
      sampled: big(m, "sampled"),
      nonce: big(m, "nonce"),
      deadline: big(m, "deadline"),
    }),
  "review-batch": (at: ChainContract, m: Message) =>
    reviewBatch(at, {
      datanetId: big(m, "datanetId"),
      root: hex(m, "root"),
      decisions: big(m, "decisions"),
      madeAt: big(m, "madeAt"),
    }),
  "adapter-voucher": (at: ChainContract, m: Message) => adapterVoucher(at, publication(m)),
  publish: (at: ChainContract, m: Message) =>
    publish(at, { ...publication(m), deadline: 1n }, big(m, "deadline")),
};

function cases(name: string): Case[] {
  const url = new URL(`../../contracts/vectors/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as { cases: Case[] }).cases;
}

const at = (item: Case) => ({ chainId: Number(item.chainId), contract: item.contract });

describe.each(Object.entries(builders))("%s", (name, build) => {
  test.each(cases(name))("$name", async (item) => {
    const typed = build(at(item), item.message) as Parameters<typeof hashTypedData>[0];
    expect(hashTypedData(typed)).toBe(item.digest);
    const account = privateKeyToAccount(item.privateKey);
    expect(account.address).toBe(item.signer);
    expect(await account.signTypedData(typed)).toBe(item.signature);
    expect(await recoverAddress({ hash: item.digest, signature: item.signature })).toBe(item.signer);
  });

  test("every case has its own digest", () => {
    const digests = cases(name).map((item) => item.digest);
    expect(new Set(digests).size).toBe(digests.length);
  });
});

test("the attestor's voucher is the signature of the vector", async () => {
  const item = cases("adapter-voucher")[0]!;
  const voucher = await signVoucher({
    attestorKey: item.privateKey,
    chainId: Number(item.chainId),
    adapterRegistry: item.contract,
    publication: publication(item.message),
  });
  expect(voucher).toBe(item.signature);
});
