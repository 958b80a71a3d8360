import {
  BaseError,
  encodeErrorResult,
  HttpRequestError,
  InsufficientFundsError,
  UserRejectedRequestError,
} from "viem";
import { expect, test } from "vitest";
import { accessManagerAbi, adapterRegistryAbi, datanetRegistryAbi } from "@/contracts/generated/abi";
import { ChainError, explainChainError, explainRevert } from "./errors";

const names = [...datanetRegistryAbi, ...adapterRegistryAbi].flatMap((item) =>
  item.type === "error" ? [item.name] : [],
);

test.each([...new Set(names)])("%s has a sentence of its own", (errorName) => {
  const abi = [...datanetRegistryAbi, ...adapterRegistryAbi].filter(
    (item) => item.type === "error" && item.name === errorName,
  );
  const inputs = abi[0]!.type === "error" ? abi[0]!.inputs : [];
  const args = inputs.map(({ type }) => {
    if (type === "address") return "0x0000000000000000000000000000000000000001";
    if (type === "bytes32") return `0x${"1".repeat(64)}`;
    if (type === "string") return "text";
    return /^uint(8|16|32|40|48)$/.test(type) ? 1 : 1n;
  });
  const data = encodeErrorResult({ abi, errorName, args } as never);
  const revert = explainRevert(data);
  expect(revert).toMatchObject({ code: errorName, args });
  expect(revert?.message).toMatch(/^[A-Z].*\.$/);
  expect(revert?.message).not.toContain(errorName);
  expect(revert?.fix).toMatch(/^[A-Z].*\.$/);
});

test("an error of AccessManager without a sentence is named", () => {
  const data = encodeErrorResult({
    abi: accessManagerAbi,
    errorName: "AccessManagerLockedRole",
    args: [0n],
  });
  expect(explainRevert(data)).toMatchObject({
    code: "AccessManagerLockedRole",
    message: "The contract refused: AccessManagerLockedRole.",
  });
});

test("revert data of nothing we know is null", () => {
  expect(explainRevert(undefined)).toBeNull();
  expect(explainRevert("0x")).toBeNull();
  expect(explainRevert("0xdeadbeef")).toBeNull();
});

test.each([
  ["REJECTED", new UserRejectedRequestError(new Error("User rejected"))],
  ["REJECTED", { code: 4001, message: "User denied transaction signature" }],
  ["NO_FUNDS", new InsufficientFundsError({})],
  ["NO_FUNDS", new Error("insufficient funds for gas * price + value")],
  ["WRONG_CHAIN", { code: 4902, message: "Unrecognized chain" }],
  ["NONCE_USED", new Error("nonce too low")],
  ["RELAY_DOWN", new Error("Couldn't establish socket connection to the relay server: wss://relay.example")],
  ["RELAY_DOWN", Object.assign(new Error("silent"), { name: "RelaySilentError" })],
  ["RELAY_DOWN", new Error("Socket stalled when trying to connect to wss://relay.example")],
  ["RPC_DOWN", new HttpRequestError({ url: "http://127.0.0.1:1", cause: new Error("fetch failed") })],
  ["REVERTED", { code: 3, message: "execution reverted" }],
  ["CHAIN_UNKNOWN", new Error("?")],
  ["CHAIN_UNKNOWN", undefined],
])("%s", (code, error) => {
  expect(explainChainError(error).code).toBe(code);
});

test("revert data is found wherever a library puts it", () => {
  const data = encodeErrorResult({ abi: adapterRegistryAbi, errorName: "RunCommitMissing" });
  for (const error of [
    { data },
    { cause: { data: { data } } },
    new BaseError("outer", { cause: Object.assign(new Error("inner"), { raw: data }) }),
  ]) {
    expect(explainChainError(error).code).toBe("RunCommitMissing");
  }
});

test("an error of our own passes as it is", () => {
  expect(explainChainError(new ChainError("X", "What.", "Do."))).toEqual({
    code: "X",
    message: "What.",
    fix: "Do.",
  });
});
