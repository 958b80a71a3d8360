import {
  type Chain,
  createWalletClient,
  type EIP1193Parameters,
  type Hex,
  http,
  numberToHex,
  type RpcTransactionRequest,
  SwitchChainError,
  type TypedDataDefinition,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ensureLocalKey } from "./local-key";

type Request = (args: { method: string; params?: unknown }) => Promise<unknown>;

const bigintOf = (value: Hex | undefined) => (value === undefined ? undefined : BigInt(value));

/** An EIP-1193 provider over the key in this browser: signs at once, since the page's own button was the question. */
export function createLocalProvider(chain: Chain): { request: Request } {
  const account = () => privateKeyToAccount(ensureLocalKey());
  const rpc = createWalletClient({ chain, transport: http() });

  const request: Request = async ({ method, params }) => {
    const list = (params ?? []) as unknown[];
    switch (method) {
      case "eth_requestAccounts":
      case "eth_accounts":
        return [account().address];
      case "eth_chainId":
        return numberToHex(chain.id);
      case "personal_sign":
        return account().signMessage({ message: { raw: list[0] as Hex } });
      case "eth_signTypedData_v4":
        return account().signTypedData(JSON.parse(list[1] as string) as TypedDataDefinition);
      case "eth_sendTransaction":
        return send(list[0] as RpcTransactionRequest);
      case "wallet_switchEthereumChain":
        if ((list[0] as { chainId: Hex }).chainId === numberToHex(chain.id)) return null;
        throw new SwitchChainError(new Error("The local wallet works on the local chain only."));
      default:
        return rpc.request({ method, params } as EIP1193Parameters as never);
    }
  };

  const send = (transaction: RpcTransactionRequest) =>
    rpc.sendTransaction({
      account: account(),
      chain,
      to: transaction.to,
      data: transaction.data,
      value: bigintOf(transaction.value),
      gas: bigintOf(transaction.gas),
    });

  return { request };
}
