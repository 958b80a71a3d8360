import {
  type Address,
  concat,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  keccak256,
  stringToHex,
  toFunctionSelector,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { accessManagerAbi, adapterRegistryAbi, datanetRegistryAbi } from "@/contracts/generated/abi";
import {
  accessManagerBytecode,
  adapterRegistryBytecode,
  datanetRegistryBytecode,
} from "@/contracts/generated/bytecode";
import { type Addresses, createKeyClient, createReadClient, type ReadClient, requireChainId } from "./client";
import { ChainError } from "./errors";

/** The CREATE2 factory that most chains carry, anvil included: the same code at the same address everywhere. */
export const DETERMINISTIC_DEPLOYER: Address = "0x4e59b44847b379578588920cA78FbF26c0B4956C";

/** ATTESTOR is fixed in AdapterRegistry; the other two are assigned to functions by `deployContracts`. */
export const ROLES = { ATTESTOR: 1n, GUARDIAN: 2n, STEWARD: 3n } as const;

export type DeployInput = {
  rpcUrl: string;
  chainId: number;
  /** Pays for the deployment and administers AccessManager until governance takes over. */
  deployerKey: Hex;
  attestor: Address;
};

export type Deployment = Addresses & { chainId: number; deployer: Address; sentTransactions: number };

type Contract = { name: string; address: Address; salt: Hex; initCode: Hex };

/** Where the contracts of this deployer are or will be, on any chain that carries the CREATE2 factory. */
export function deploymentAddresses(deployer: Address): Addresses {
  const [accessManager, datanetRegistry, adapterRegistry] = plan(deployer);
  return {
    accessManager: accessManager.address,
    datanetRegistry: datanetRegistry.address,
    adapterRegistry: adapterRegistry.address,
  };
}

/**
 * Deploys what is missing and grants what is missing, so it may run at every start: on a chain that has it all it
 * sends nothing. Throws ChainError WRONG_CHAIN, RPC_DOWN, NO_CREATE2_DEPLOYER, NOT_ADMIN or DEPLOY_FAILED.
 */
export async function deployContracts(input: DeployInput): Promise<Deployment> {
  const client = createReadClient(input);
  await requireChainId(client, input.chainId);
  const deployer = privateKeyToAccount(input.deployerKey).address;
  const send = sender(client, input);
  let sentTransactions = 0;

  for (const contract of plan(deployer)) {
    if (await hasCode(client, contract.address)) continue;
    if (!(await hasCode(client, DETERMINISTIC_DEPLOYER))) {
      throw new ChainError(
        "NO_CREATE2_DEPLOYER",
        `Chain ${input.chainId} has no CREATE2 factory at ${DETERMINISTIC_DEPLOYER}.`,
        "Send its well-known pre-signed deployment transaction to the chain first, then start again.",
      );
    }
    await send(
      `deploying ${contract.name}`,
      DETERMINISTIC_DEPLOYER,
      concat([contract.salt, contract.initCode]),
    );
    sentTransactions += 1;
    if (!(await hasCode(client, contract.address))) {
      throw failed(`deploying ${contract.name}`, `no code at ${contract.address} afterwards`);
    }
  }

  const addresses = deploymentAddresses(deployer);
  const missing = await missingRoles(client, addresses, deployer, input.attestor);
  if (missing.length > 0) {
    const data = encodeFunctionData({ abi: accessManagerAbi, functionName: "multicall", args: [missing] });
    await send("granting roles", addresses.accessManager, data);
    sentTransactions += 1;
  }
  return { ...addresses, chainId: input.chainId, deployer, sentTransactions };
}

function plan(deployer: Address): [Contract, Contract, Contract] {
  const accessManager = contractAt(
    "AccessManager",
    encodeDeployData({ abi: accessManagerAbi, bytecode: accessManagerBytecode, args: [deployer] }),
  );
  const args = [accessManager.address] as const;
  return [
    accessManager,
    contractAt(
      "DatanetRegistry",
      encodeDeployData({ abi: datanetRegistryAbi, bytecode: datanetRegistryBytecode, args }),
    ),
    contractAt(
      "AdapterRegistry",
      encodeDeployData({ abi: adapterRegistryAbi, bytecode: adapterRegistryBytecode, args }),
    ),
  ];
}

function contractAt(name: string, initCode: Hex): Contract {
  const salt = keccak256(stringToHex(`modelfactory.${name}/1`));
  const address = getContractAddress({
    opcode: "CREATE2",
    from: DETERMINISTIC_DEPLOYER,
    salt,
    bytecode: initCode,
  });
  return { name, address, salt, initCode };
}

/** Calls that AccessManager still needs: the attestor's role, and who may pause and who may move a status. */
async function missingRoles(
  client: ReadClient,
  addresses: Addresses,
  deployer: Address,
  attestor: Address,
): Promise<Hex[]> {
  const manager = { address: addresses.accessManager, abi: accessManagerAbi } as const;
  const calls: Hex[] = [];
  const [isAttestor] = await client.readContract({
    ...manager,
    functionName: "hasRole",
    args: [ROLES.ATTESTOR, attestor],
  });
  if (!isAttestor) {
    calls.push(
      encodeFunctionData({
        abi: accessManagerAbi,
        functionName: "grantRole",
        args: [ROLES.ATTESTOR, attestor, 0],
      }),
    );
  }
  for (const [target, signature, role] of [
    [addresses.datanetRegistry, "pause()", ROLES.GUARDIAN],
    [addresses.adapterRegistry, "setStatus(uint256,uint8,bytes32,uint256)", ROLES.STEWARD],
  ] as const) {
    const selector = toFunctionSelector(signature);
    const current = await client.readContract({
      ...manager,
      functionName: "getTargetFunctionRole",
      args: [target, selector],
    });
    if (current === role) continue;
    calls.push(
      encodeFunctionData({
        abi: accessManagerAbi,
        functionName: "setTargetFunctionRole",
        args: [target, [selector], role],
      }),
      encodeFunctionData({
        abi: accessManagerAbi,
        functionName: "grantRole",
        args: [role, deployer, 0],
      }),
    );
  }
  if (calls.length === 0) return calls;
  const [isAdmin] = await client.readContract({ ...manager, functionName: "hasRole", args: [0n, deployer] });
  if (!isAdmin) {
    throw new ChainError(
      "NOT_ADMIN",
      "The contracts are there, but the deployer's key no longer administers them, and a role is missing.",
      "Grant the attestor's role through the account or timelock that administers AccessManager.",
    );
  }
  return calls;
}

function sender(client: ReadClient, input: DeployInput) {
  const wallet = createKeyClient({ ...input, key: input.deployerKey });
  return async (what: string, to: Address, data: Hex): Promise<void> => {
    const hash = await wallet.sendTransaction({ to, data }).catch((cause: unknown) => {
      throw failed(what, "the transaction was refused", cause);
    });
    const receipt = await client.waitForTransactionReceipt({ hash, timeout: 60_000 });
    if (receipt.status !== "success") throw failed(what, `transaction ${hash} reverted`);
  };
}

async function hasCode(client: ReadClient, address: Address): Promise<boolean> {
  return ((await client.getCode({ address })) ?? "0x") !== "0x";
}

function failed(what: string, why: string, cause?: unknown): ChainError {
  return new ChainError(
    "DEPLOY_FAILED",
    `The contracts could not be set up: ${what}, ${why}.`,
    "Check that the deployer's account has money on this chain, then start again.",
    { cause },
  );
}
