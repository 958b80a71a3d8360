// Pure: the browser turns a wallet's error into the same sentence that the server stores for a reverted transaction.
import { BaseError, type ContractErrorName, decodeErrorResult, type Hex, isHex } from "viem";
import { accessManagerAbi, adapterRegistryAbi, datanetRegistryAbi } from "@/contracts/generated/abi";

export type Explanation = { code: string; message: string; fix: string };
export type Revert = Explanation & { args: readonly unknown[] };

/** A failure of the chain with what happened (`message`) and what to do next (`fix`). */
export class ChainError extends Error {
  readonly code: string;
  readonly fix: string;

  constructor(code: string, message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ChainError";
    this.code = code;
    this.fix = fix;
  }
}

export const errorAbi = [...datanetRegistryAbi, ...adapterRegistryAbi, ...accessManagerAbi].filter(
  (item) => item.type === "error",
);

type Name = ContractErrorName<typeof datanetRegistryAbi> | ContractErrorName<typeof adapterRegistryAbi>;
type Sentence = readonly [message: string, fix: string];

const RELOAD = "Reload the page to see the current state, then try again.";
const REPORT = "Nothing was changed. Report this with the transaction's hash.";
const SIGN_AGAIN = "Ask for a fresh signature and send again; nothing else needs to be repeated.";
const OWNER_ONLY = "Switch to the owner's account in your wallet.";

const SENTENCES: Record<Name, Sentence> = {
  DatanetNotFound: [
    "This Datanet is not on the chain.",
    "Check the number, or wait until its creation is included.",
  ],
  DatanetNotOpen: ["This Datanet is closed, so it takes no new version.", "Its owner can open it again."],
  BatchNotFound: ["This version is not on the chain.", "Check the number, or wait until it is included."],
  NotDatanetOwner: ["Only the owner of the Datanet may do this.", OWNER_ONLY],
  NotPendingOwner: ["This Datanet was not offered to your account.", "Ask its owner to offer it to you."],
  PolicyHashMissing: ["The Datanet's policy has no hash.", REPORT],
  RootMissing: ["The version has no Merkle root.", "Freeze the version again."],
  ManifestHashMissing: ["The version has no manifest hash.", "Freeze the version again."],
  BatchEmpty: ["The version holds no row.", "Accept at least one row, then freeze again."],
  QuorumZero: ["At least one validator has to sign each version.", "Choose a quorum of 1 or more."],
  QuorumNotReached: ["Too few validators have signed this version.", "Ask another validator to sign it."],
  ApprovalExpired: ["The validators' approval has run out.", SIGN_AGAIN],
  SignerCountMismatch: ["Signers and signatures do not match in number.", REPORT],
  SignersNotAscending: ["A validator was listed twice, or out of order.", REPORT],
  SignerNotValidator: [
    "A signer is not an active validator here.",
    "The owner can grant the role, then send again.",
  ],
  SignerIsOwner: ["The owner cannot approve their own version.", "Ask another validator to sign it."],
  SignatureInvalid: ["A validator's signature does not fit this version.", SIGN_AGAIN],
  ValidatorMissing: ["No account was given as validator.", "Choose the member who should validate."],
  OwnerCannotValidate: [
    "The owner cannot be a validator of the same Datanet.",
    "Grant the role to another member.",
  ],
  StatusUnchanged: ["The Datanet is in this state already.", RELOAD],
  AdapterNotFound: ["This adapter is not on the chain.", "Check the number, or wait until it is included."],
  RunCommitMissing: ["The run has no commitment.", REPORT],
  RunAlreadyCommitted: ["This run was committed before.", RELOAD],
  RunNotCommitted: [
    "Your account did not commit this run before training.",
    "Publish with the account that started the run.",
  ],
  RunAlreadyPublished: [
    "An adapter of this run is published already.",
    "Open the published adapter instead.",
  ],
  NotCreator: [
    "The voucher was made for another account.",
    "Switch to the account that built the adapter in your wallet.",
  ],
  HashMissing: [
    "One of the adapter's hashes is missing.",
    "Open the publish page again; the files are re-hashed.",
  ],
  ArtifactAlreadyPublished: [
    "These exact adapter files are published already.",
    "Open the published adapter instead.",
  ],
  RoyaltyTooHigh: ["The royalty is above 10 %.", "Choose 10 % or less."],
  VoucherExpired: [
    "The voucher has run out.",
    "Open the publish page again; a fresh voucher is signed for you.",
  ],
  PublishExpired: ["Your signed permission to publish has run out.", SIGN_AGAIN],
  NotAttestor: [
    "The voucher is not signed by a current attestor.",
    "Open the publish page again for a fresh voucher.",
  ],
  CreatorSignatureInvalid: ["The creator's signature does not fit this publication.", SIGN_AGAIN],
  StatusNotForward: ["An adapter's status only moves forward.", RELOAD],
  SuccessorInvalid: ["The successor must be an adapter published later.", "Choose a later adapter."],
  InvalidAccountNonce: [
    "Another adapter was published since this voucher was made.",
    "Open the publish page again; a fresh voucher is signed for you.",
  ],
  EnforcedPause: ["The registry is paused.", "Your work is kept. Try again when the pause is over."],
  ExpectedPause: ["The registry is not paused.", RELOAD],
  AccessManagedUnauthorized: [
    "Your account does not hold the role for this.",
    "Ask an administrator for the role.",
  ],
  AccessManagedRequiredDelay: [
    "This action has to be scheduled first.",
    "Schedule it, wait for the delay, then send.",
  ],
  AccessManagedInvalidAuthority: ["The given authority is not a contract.", REPORT],
  ECDSAInvalidSignature: [
    "The voucher's signature is damaged.",
    "Open the publish page again for a fresh voucher.",
  ],
  ECDSAInvalidSignatureLength: [
    "The voucher's signature is damaged.",
    "Open the publish page again for a fresh voucher.",
  ],
  ECDSAInvalidSignatureS: [
    "The voucher's signature is damaged.",
    "Open the publish page again for a fresh voucher.",
  ],
  InvalidShortString: ["The contract's name is too long.", REPORT],
  StringTooLong: ["The contract's name is too long.", REPORT],
  ERC721IncorrectOwner: ["The adapter belongs to another account.", RELOAD],
  ERC721InsufficientApproval: ["Your account may not move this adapter.", "Ask its holder for the approval."],
  ERC721InvalidApprover: [
    "Only the holder may approve others.",
    "Switch to the holder's account in your wallet.",
  ],
  ERC721InvalidOperator: ["This account cannot be approved.", "Choose another account."],
  ERC721InvalidOwner: ["The zero address holds nothing.", "Give a real account."],
  ERC721InvalidReceiver: ["This account cannot receive the adapter.", "Choose another account."],
  ERC721InvalidSender: ["The adapter cannot be sent from this account.", RELOAD],
  ERC721NonexistentToken: [
    "This adapter is not on the chain.",
    "Check the number, or wait until it is included.",
  ],
  ERC2981InvalidDefaultRoyalty: ["The royalty is not valid.", REPORT],
  ERC2981InvalidDefaultRoyaltyReceiver: ["The royalty is not valid.", REPORT],
  ERC2981InvalidTokenRoyalty: ["The royalty is not valid.", REPORT],
  ERC2981InvalidTokenRoyaltyReceiver: ["The royalty is not valid.", REPORT],
};

/** Revert data to a sentence. Null when it is empty or of no error we know. */
export function explainRevert(data: Hex | undefined): Revert | null {
  if (!data || data.length < 10) return null;
  try {
    const { errorName, args } = decodeErrorResult({ abi: errorAbi, data });
    const sentence = (SENTENCES as Record<string, Sentence | undefined>)[errorName];
    const [message, fix] = sentence ?? [`The contract refused: ${errorName}.`, REPORT];
    return { code: errorName, message, fix, args: args ?? [] };
  } catch {
    return null;
  }
}

/** Any error of viem, a wallet or an RPC to what happened and what to do; `code` is stable. */
export function explainChainError(error: unknown): Explanation {
  if (error instanceof ChainError) return { code: error.code, message: error.message, fix: error.fix };
  const chain = causes(error);
  for (const cause of chain) {
    const revert = explainRevert(revertData(cause));
    if (revert) return { code: revert.code, message: revert.message, fix: revert.fix };
  }
  const names = new Set(chain.map((cause) => (cause as { name?: string }).name ?? ""));
  const codes = new Set(chain.map((cause) => (cause as { code?: unknown }).code));
  const text = chain.map((cause) => (cause instanceof Error ? cause.message : "")).join("\n");
  const found = WALLET_FAILURES.find(
    (failure) =>
      failure.names.some((name) => names.has(name)) ||
      failure.codes.some((code) => codes.has(code)) ||
      failure.text?.test(text),
  );
  const { code, message, fix } = found ?? UNKNOWN;
  return { code, message, fix };
}

type WalletFailure = Explanation & { names: string[]; codes: unknown[]; text?: RegExp };

const UNKNOWN: Explanation = {
  code: "CHAIN_UNKNOWN",
  message: "The chain or the wallet refused, without saying why.",
  fix: "Nothing was lost. Try again; if it happens again, report it.",
};

const WALLET_FAILURES: WalletFailure[] = [
  {
    // Before REJECTED: the library calls a wallet that cannot take on a chain one whose owner declined.
    code: "CHAIN_NOT_ADDED",
    message: "Your wallet could not take on this app's chain.",
    fix: "Add the chain in the wallet itself or choose it there, then try again; or use a local wallet.",
    names: ["MethodNotSupportedRpcError", "UnsupportedProviderMethodError"],
    codes: [4200],
  },
  {
    code: "REJECTED",
    message: "You declined in your wallet.",
    fix: "Nothing was sent and nothing is lost. Try again whenever you like.",
    names: ["UserRejectedRequestError"],
    codes: [4001, "ACTION_REJECTED"],
  },
  {
    code: "NO_FUNDS",
    message: "Your account has too little money for the transaction's fee.",
    fix: "Add some of the chain's own money (on the local chain: use the faucet), then try again.",
    names: ["InsufficientFundsError"],
    codes: [],
    text: /insufficient funds|exceeds the balance of the account/i,
  },
  {
    code: "WRONG_CHAIN",
    message: "Your wallet is on another chain.",
    fix: "Switch the wallet to this app's chain, then try again.",
    names: [
      "ChainMismatchError",
      "ChainNotConfiguredError",
      "SwitchChainError",
      "ConnectorChainMismatchError",
    ],
    codes: [4902],
  },
  {
    code: "NONCE_USED",
    message: "Another transaction of your account took this one's place.",
    fix: "Wait until it is included, then try again.",
    names: ["NonceTooLowError", "NonceTooHighError", "TransactionReplacementUnderpricedError"],
    codes: [],
    text: /nonce too low|replacement transaction underpriced/i,
  },
  {
    code: "NOT_INCLUDED",
    message: "The transaction was sent, but no block has taken it in yet.",
    fix: "Keep the page or come back later; it continues by itself when a block takes it in.",
    names: [
      "WaitForTransactionReceiptTimeoutError",
      "TransactionReceiptNotFoundError",
      "TransactionNotFoundError",
    ],
    codes: [],
  },
  {
    code: "RELAY_DOWN",
    message:
      "The WalletConnect relay, which carries messages between this page and your phone, does not answer.",
    fix: "Nothing was sent. Check that you are online and that your network allows WebSockets, then try again; or use a wallet in this browser.",
    names: ["RelaySilentError"],
    codes: [],
    text: /relay server|socket stalled|interrupted while trying to subscribe|no internet connection|subscribing to .+ failed/i,
  },
  {
    code: "RPC_DOWN",
    message: "The chain does not answer.",
    fix: "Nothing was lost. Try again in a few seconds.",
    names: ["HttpRequestError", "TimeoutError", "WebSocketRequestError", "RpcRequestTimeoutError"],
    codes: ["ECONNREFUSED", "ECONNRESET"],
    text: /fetch failed|failed to fetch|ECONNREFUSED/i,
  },
  {
    code: "REVERTED",
    message: "The contract refused the transaction, without a reason that we know.",
    fix: RELOAD,
    names: ["ExecutionRevertedError", "ContractFunctionRevertedError", "RawContractError"],
    codes: [3],
  },
];

/** The error and everything below it, outermost first. */
function causes(error: unknown): object[] {
  const found: object[] = [];
  let current: unknown = error;
  while (typeof current === "object" && current !== null && !found.includes(current) && found.length < 20) {
    found.push(current);
    current = (current as { cause?: unknown }).cause;
  }
  return found;
}

/** Where the libraries put revert data: `data` or `raw` as hex, or one object deeper. */
function revertData(error: object): Hex | undefined {
  const { raw, data } = error as { raw?: unknown; data?: unknown };
  const nested = typeof data === "object" && data !== null ? (data as { data?: unknown }).data : undefined;
  return [raw, data, nested].find((value): value is Hex => isHex(value) && value.length >= 10);
}

/** The shortest text that is safe to log of any error. */
export function shortMessage(error: unknown): string {
  if (error instanceof BaseError) return error.shortMessage;
  return error instanceof Error ? error.message : String(error);
}
