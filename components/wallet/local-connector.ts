import { type Chain, getAddress, type Hex } from "viem";
import { type CreateConnectorFn, createConnector } from "wagmi";
import { ensureLocalKey, readLocalKey } from "./local-key";
import { createLocalProvider } from "./local-provider";

export const LOCAL_CONNECTOR_ID = "modelfactory.local";
const CONNECTED = "modelfactory.local-wallet.connected";

/** wagmi connector of the local wallet: one key, one chain, no prompt. */
export function localConnector(chain: Chain): CreateConnectorFn {
  const provider = createLocalProvider(chain);
  const accounts = async () =>
    ((await provider.request({ method: "eth_accounts" })) as Hex[]).map((address) => getAddress(address));
  return createConnector((config) => ({
    id: LOCAL_CONNECTOR_ID,
    name: "Local wallet",
    type: "local",
    async connect() {
      ensureLocalKey();
      localStorage.setItem(CONNECTED, "1");
      // wagmi types the answer by the `withCapabilities` it asked with; we have none to tell.
      return { accounts: (await accounts()) as never, chainId: chain.id };
    },
    async disconnect() {
      localStorage.removeItem(CONNECTED);
    },
    getAccounts: accounts,
    getChainId: async () => chain.id,
    getProvider: async () => provider,
    isAuthorized: async () => readLocalKey() !== null && localStorage.getItem(CONNECTED) === "1",
    async switchChain({ chainId }) {
      await provider.request({
        method: "wallet_switchEthereumChain",
        params: [{ chainId: `0x${chainId.toString(16)}` }],
      });
      return chain;
    },
    onAccountsChanged: (list) => config.emitter.emit("change", { accounts: list as Hex[] }),
    onChainChanged: (chainId) => config.emitter.emit("change", { chainId: Number(chainId) }),
    onDisconnect: () => config.emitter.emit("disconnect"),
  }));
}
