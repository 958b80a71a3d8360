import { writeFileSync } from "node:fs";
import { type Hex, isHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { deployContracts } from "./deploy";
import { ChainError, explainChainError } from "./errors";

// A program of its own, run by `npm start` before the app's environment is complete, so it reads the four variables
// itself: CHAIN_ID, CHAIN_RPC_URL, DEPLOYER_KEY and ATTESTOR_KEY. Keys stay out of the process list that way.
// Writes the deployment as JSON to the file named as argument, or to stdout. Exit 1 and a sentence when it fails.
function variable(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new ChainError("ENV_MISSING", `${name} is not set.`, 'Set it, or start with "npm start".');
}

function key(name: string): Hex {
  const value = variable(name);
  if (isHex(value) && value.length === 66) return value;
  throw new ChainError(
    "ENV_WRONG",
    `${name} is not a 0x key of 64 hex digits.`,
    "Correct it, then start again.",
  );
}

try {
  const deployment = await deployContracts({
    rpcUrl: variable("CHAIN_RPC_URL"),
    chainId: Number(variable("CHAIN_ID")),
    deployerKey: key("DEPLOYER_KEY"),
    attestor: privateKeyToAccount(key("ATTESTOR_KEY")).address,
  });
  const text = `${JSON.stringify(deployment, null, 2)}\n`;
  const file = process.argv[2];
  if (file) writeFileSync(file, text);
  else process.stdout.write(text);
} catch (error) {
  const { code, message, fix } = explainChainError(error);
  process.stderr.write(`${code}: ${message} ${fix}\n`);
  process.exitCode = 1;
}
