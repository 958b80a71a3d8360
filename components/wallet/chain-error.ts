import { formatEther } from "viem";
import { explainChainError } from "@/server/chain/errors";
import type { ShownError } from "../common/shown-error";

/** What a button beside the sentence can do about it. */
export type ChainRemedy = "switch" | "faucet" | "connect";
export type ShownChainError = ShownError & { code: string; fix: string; remedy?: ChainRemedy };

const REMEDIES: Record<string, ChainRemedy | undefined> = {
  WRONG_CHAIN: "switch",
  NO_FUNDS: "faucet",
  NOT_CONNECTED: "connect",
};

/** An error found before or after the wallet was asked; carries its sentence like the server's errors do. */
export class WalletProblem extends Error {
  readonly shown: ShownChainError;
  constructor(code: string, message: string, fix: string) {
    super(message);
    this.name = "WalletProblem";
    this.shown = { code, message, fix, remedy: REMEDIES[code] };
  }
}

const shortAddress = (address: string) => `${address.slice(0, 6)}…${address.slice(-4)}`;

export const notConnected = () =>
  new WalletProblem(
    "NOT_CONNECTED",
    "Your wallet is not connected to this page.",
    "Connect it, then try again. Nothing was lost.",
  );

export const wrongAccount = (wallet: string, account: string) =>
  new WalletProblem(
    "WRONG_ACCOUNT",
    `Your wallet is on account ${shortAddress(wallet)}, but you are signed in as ${shortAddress(account)}.`,
    "Switch the account in your wallet, or sign in with the other one.",
  );

export const wrongChain = (wanted: string) =>
  new WalletProblem(
    "WRONG_CHAIN",
    `Your wallet is on another chain than ${wanted}.`,
    `Switch it to ${wanted}, then try again.`,
  );

/** Amounts in wei. */
export const noFunds = (needWei: bigint, haveWei: bigint) =>
  new WalletProblem(
    "NO_FUNDS",
    `The fee may take up to ${shortEther(needWei)} ETH, and your account holds ${shortEther(haveWei)} ETH.`,
    "Add money to the account, then try again. Nothing was sent.",
  );

const DUST_WEI = 1_000_000_000_000n;

/** Five significant digits; what no fee could be paid from is not spelled out. */
export function shortEther(wei: bigint): string {
  if (wei > 0n && wei < DUST_WEI) return "less than 0.000001";
  return Number(formatEther(wei)).toLocaleString("en", { maximumSignificantDigits: 5 });
}

/** What the chain said in the end of a transaction that did nothing. */
export function settledProblem(status: string, problem: string | null): ShownChainError | null {
  if (status === "reverted") {
    return {
      code: "REVERTED",
      message: problem ?? "The contract refused the transaction.",
      fix: "Nothing changed but the fee is spent. Reload the page to see the current state, then try again.",
    };
  }
  if (status === "dropped") {
    return {
      code: "DROPPED",
      message: "The network forgot this transaction before any block took it in.",
      fix: "Nothing was spent and nothing is lost. Send it again.",
    };
  }
  if (status === "replaced") {
    return {
      code: "REPLACED",
      message: "Your wallet put another transaction in the place of this one.",
      fix: "If you cancelled it there, nothing changed and nothing is lost. Send it again whenever you like.",
    };
  }
  return null;
}

/** Any failure on the way to the chain as one sentence, one thing to do and, where there is one, a button. */
export function toChainError(error: unknown): ShownChainError {
  if (error instanceof WalletProblem) return error.shown;
  const app = (error as { data?: { app?: ShownError } | null } | null)?.data?.app;
  if (app?.code && app.fix) return { ...app, code: app.code, fix: app.fix };
  const { code, message, fix } = explainChainError(error);
  return { code, message, fix, remedy: REMEDIES[code] };
}
