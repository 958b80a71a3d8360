import { writeFileSync } from "node:fs";
import { privateKeyToAccount } from "viem/accounts";
import { deployContracts } from "@/server/chain/deploy";

// Run by scripts/lib/app.mjs: keys come from the environment, where other users' `ps` does not show them; the
// addresses go to the file that the argument names.
const { CHAIN_RPC_URL, CHAIN_ID, DEPLOYER_KEY, ATTESTOR_KEY } = process.env;
const [output] = process.argv.slice(2);
if (!output || !CHAIN_RPC_URL || !CHAIN_ID || !DEPLOYER_KEY || !ATTESTOR_KEY) {
  throw new Error(
    "deploy needs CHAIN_RPC_URL, CHAIN_ID, DEPLOYER_KEY, ATTESTOR_KEY and a file for the addresses",
  );
}
const deployment = await deployContracts({
  rpcUrl: CHAIN_RPC_URL,
  chainId: Number(CHAIN_ID),
  deployerKey: DEPLOYER_KEY as `0x${string}`,
  attestor: privateKeyToAccount(ATTESTOR_KEY as `0x${string}`).address,
});
writeFileSync(output, `${JSON.stringify(deployment, null, 2)}\n`);
