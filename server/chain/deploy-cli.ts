import { readFileSync } from "node:fs";
import type { Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { deployContracts } from "./deploy";
import { explainChainError } from "./errors";

// For `npm start`: a JSON {rpcUrl, chainId, deployerKey, attestorKey} on stdin, so that no key shows in the process
// list; the deployment as JSON on stdout. Exit 1 and a sentence on stderr when it fails.
type Input = { rpcUrl: string; chainId: number; deployerKey: Hex; attestorKey: Hex };

const { attestorKey, ...input } = JSON.parse(readFileSync(0, "utf8")) as Input;
const attestor = privateKeyToAccount(attestorKey).address;
try {
  process.stdout.write(`${JSON.stringify(await deployContracts({ ...input, attestor }))}\n`);
} catch (error) {
  const { code, message, fix } = explainChainError(error);
  process.stderr.write(`${code}: ${message} ${fix}\n`);
  process.exitCode = 1;
}
