import { describe, expect, it } from "vitest";
import { noFunds, settledProblem, shortEther, toChainError, wrongAccount } from "./chain-error";
import { isPrivateKey } from "./local-key";
import { safeNext } from "./safe-next";

describe("chain errors in the browser", () => {
  it("gives a rejection its sentence and no button", () => {
    const error = toChainError(Object.assign(new Error("User rejected the request."), { code: 4001 }));
    expect(error).toMatchObject({
      code: "REJECTED",
      message: "You declined in your wallet.",
      remedy: undefined,
    });
  });

  it("names both amounts where the fee cannot be paid, and offers the faucet", () => {
    const error = toChainError(noFunds(76_574_000_000_000n, 1n));
    expect(error.message).toBe(
      "The fee may take up to 0.000076574 ETH, and your account holds less than 0.000001 ETH.",
    );
    expect(error.remedy).toBe("faucet");
    expect(shortEther(0n)).toBe("0");
  });

  it("keeps the server's own sentence", () => {
    const app = { code: "NOT_OWNER", message: "Only the owner.", fix: "Ask the owner.", requestId: "r1" };
    expect(toChainError(Object.assign(new Error("x"), { data: { app } }))).toEqual(app);
  });

  it("says which account the wallet is on", () => {
    const shown = wrongAccount("0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc", `0x${"ab".repeat(20)}`).shown;
    expect(shown.message).toBe(
      "Your wallet is on account 0x9965…a4dc, but you are signed in as 0xabab…abab.",
    );
  });

  it("has a sentence for each end of a transaction that did nothing, and none for the others", () => {
    expect(settledProblem("dropped", null)?.code).toBe("DROPPED");
    expect(settledProblem("replaced", null)?.code).toBe("REPLACED");
    expect(settledProblem("reverted", "This run was committed before.")?.message).toBe(
      "This run was committed before.",
    );
    expect(settledProblem("included", null)).toBeNull();
  });
});

describe("local key and way back", () => {
  it("takes only a key that the curve takes", () => {
    expect(isPrivateKey(`0x${"11".repeat(32)}`)).toBe(true);
    expect(isPrivateKey(`0x${"00".repeat(32)}`)).toBe(false);
    expect(isPrivateKey(`0x${"ff".repeat(32)}`)).toBe(false);
    expect(isPrivateKey("0x12")).toBe(false);
  });

  it("never leads to another site after the sign-in", () => {
    expect(safeNext("/datanets/1?a=b#c")).toBe("/datanets/1?a=b#c");
    for (const bad of [
      "//evil.example",
      "/\\evil.example",
      "/\t/evil.example",
      "https://evil.example",
      undefined,
    ]) {
      expect(safeNext(bad)).toBe("/datanets");
    }
  });
});
