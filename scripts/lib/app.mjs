import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { refuseUnfinished } from "../data/unfinished.mjs";
import { buildWeb, bundle } from "./build.mjs";
import { LOCAL_CHAIN_ID, LOCAL_DEPLOYER_KEY, prepareChain } from "./chain.mjs";
import { installNode, installPython, provisionBases } from "./install.mjs";
import { readJson, writeJson } from "./lock.mjs";
import { prepareDataDir, root, venvPython } from "./paths.mjs";
import { anyFreePort, freePort } from "./ports.mjs";
import { ensureDatabase, preparePostgres } from "./postgres.mjs";
import { databaseDir, databaseUser } from "./postgres-files.mjs";
import { runStep } from "./run-step.mjs";
import { loadSecrets } from "./secrets.mjs";
import { createSupervisor } from "./supervisor.mjs";
import { checkNode, findPython } from "./tools.mjs";

const PREFERRED_PORTS = { web: 3000, database: 54_329, chain: 8545, runner: 8321 };
const FIRST = 0;
const THEN = 1; // the runner and the chain outlive those who call them
const LAST = 2; // the database outlives all

/**
 * Installs, builds and starts all parts on a data folder, and answers when the app serves its first page.
 * A part whose address the environment gives (DATABASE_URL, RUNNER_URL, CHAIN_RPC_URL) is used, not started.
 * @param {{dataDir: string, isDev?: boolean, log: (text: string) => void, onGiveUp: (sentence: string) => void}} options
 * @returns {{ready: Promise<string>, stop: () => Promise<void>}} ready: the app's address
 */
export function startApp({ dataDir, isDev = false, log, onGiveUp }) {
  let supervisor;

  async function start() {
    checkNode();
    // The environment may name a runner elsewhere; then no Python is needed here.
    const python = process.env.RUNNER_URL ? null : findPython();
    const user = process.env.DATABASE_URL ? {} : databaseUser();
    refuseUnfinished(dataDir);
    prepareDataDir(dataDir, user);
    const runnerData = resolve(dataDir, "runner");
    supervisor = await createSupervisor({
      dataDir,
      log,
      onGiveUp,
      runFolders: [resolve(runnerData, "runs")],
    });
    rmSync(resolve(dataDir, "app.json"), { force: true });
    log(`Node ${process.versions.node}${python ? `, Python ${python.version}` : ""}, data in ${dataDir}`);
    const ports = await choosePorts(log);
    const hasDatabase =
      !process.env.DATABASE_URL && existsSync(resolve(databaseDir(dataDir, user), "PG_VERSION"));
    const secrets = loadSecrets(dataDir, hasDatabase);
    const parts = { supervisor, dataDir, runnerData, ports, secrets, isDev, log };

    const runner = startRunner(parts, python);
    const rest = installNode(supervisor.run, log).then(async () => {
      await checkEnvironment();
      const web = isDev ? null : buildWeb(supervisor.run, log);
      // The worker starts the other one, which lies beside it, as its child.
      const worker = Promise.all([bundle("worker"), bundle("parse-child")]).then(([entry]) => entry);
      const [databaseUrl, chain] = await allOf([startDatabase(parts), startChain(parts), web, worker]);
      return { databaseUrl, chain, worker: await worker };
    });
    const [runnerEnvironment, { databaseUrl, chain, worker }] = await allOf([runner, rest]);
    await settleWebPort(ports, log);
    const environment = {
      ...process.env,
      // Told apart by this: on a port lost in a race, another app would answer for ours.
      APP_INSTANCE: randomUUID(),
      NODE_ENV: isDev ? "development" : "production",
      NEXT_TELEMETRY_DISABLED: "1",
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      APP_ORIGIN: process.env.APP_ORIGIN || `http://127.0.0.1:${ports.web}`,
      ATTESTOR_KEY: process.env.ATTESTOR_KEY || secrets.attestorKey,
      CURSOR_SECRET: process.env.CURSOR_SECRET || secrets.cursorSecret,
      SPLIT_SECRET: process.env.SPLIT_SECRET || secrets.splitSecret,
      ...runnerEnvironment,
      ...chain,
    };
    await startAppProcesses(parts, environment, worker);
    const url = environment.APP_ORIGIN;
    supervisor.setUrl(url);
    writeJson(resolve(dataDir, "app.json"), { url, pid: process.pid });
    return url;
  }

  const ready = start();
  return {
    ready,
    stop: async () => {
      await supervisor?.stop();
      if (supervisor) rmSync(resolve(dataDir, "app.json"), { force: true });
    },
  };
}

/** Like Promise.all, but the other parts are not left without a handler when one fails. */
async function allOf(promises) {
  for (const each of promises) Promise.resolve(each).catch(() => {});
  return Promise.all(promises);
}

async function choosePorts(log) {
  const taken = new Set();
  const ports = {};
  for (const [name, preferred] of Object.entries(PREFERRED_PORTS)) {
    const wanted = name === "web" && process.env.PORT ? Number(process.env.PORT) : preferred;
    if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535)
      throw new Error(`PORT must be a number from 0 to 65535, but it is "${process.env.PORT}".`);
    // PORT=0 asks for whatever is free, for every part: several apps can then start at the same moment.
    if (process.env.PORT === "0") {
      ports[name] = await anyFreePort();
      continue;
    }
    const { port, moved } = await freePort(wanted, taken);
    if (moved) log(`Port ${wanted} is taken, so the ${name} uses ${port}`);
    ports[name] = port;
  }
  return ports;
}

/** Values that the start itself fills in are stood in for: only what the environment gives can be wrong here. */
async function checkEnvironment() {
  const url = "http://127.0.0.1:1";
  const key = `0x${"1".repeat(64)}`;
  const address = `0x${"1".repeat(40)}`;
  const filledIn = {
    DATABASE_URL: "postgres://127.0.0.1/none",
    RUNNER_URL: url,
    ...(process.env.RUNNER_URL ? {} : { RUNNER_TOKEN: key }),
    CHAIN_RPC_URL: url,
    ATTESTOR_KEY: key,
    CURSOR_SECRET: key,
    SPLIT_SECRET: key,
    DATANET_REGISTRY: address,
    ADAPTER_REGISTRY: address,
    ACCESS_MANAGER: address,
  };
  const command = { command: process.execPath, args: [await bundle("environment")] };
  await runStep("environment", { ...command, env: { ...filledIn, ...process.env } }).catch((error) => {
    throw new Error(error.output || error.message);
  });
}

async function startDatabase({ supervisor, dataDir, ports, secrets, log }) {
  let url = process.env.DATABASE_URL;
  if (!url) {
    const postgres = await preparePostgres({
      dataDir,
      password: secrets.databasePassword,
      port: ports.database,
    });
    await supervisor.start("postgres", { ...postgres.child, stopPhase: LAST });
    await ensureDatabase(postgres.url("postgres"), "modelfactory");
    url = postgres.url("modelfactory");
    const elsewhere = postgres.dir.startsWith(dataDir) ? "" : `, files in ${postgres.dir}`;
    log(`Database on port ${ports.database}${elsewhere}`);
  }
  await supervisor.run("prepare", {
    command: process.execPath,
    args: ["--conditions=react-server", await bundle("prepare")],
    env: { ...process.env, DATABASE_URL: url },
    cwd: root,
  });
  log("Database migrated");
  return url;
}

async function startChain({ supervisor, dataDir, ports, secrets, log }) {
  const id = Number(process.env.CHAIN_ID || LOCAL_CHAIN_ID);
  // A known chain needs its number only: name and RPC address come from the preset unless they are given.
  const preset = readJson(resolve(root, "contracts", "presets.json"))[id];
  const given = process.env.CHAIN_RPC_URL || preset?.rpcUrl;
  const name = process.env.CHAIN_NAME || preset?.name;
  let environment = { CHAIN_ID: String(id), CHAIN_RPC_URL: given, ...(name ? { CHAIN_NAME: name } : {}) };
  let deployerKey = process.env.DEPLOYER_KEY;
  if (!given) {
    if (id !== LOCAL_CHAIN_ID)
      throw new Error(
        `CHAIN_ID is ${id}, which is not the local chain (${LOCAL_CHAIN_ID}): set CHAIN_RPC_URL too.`,
      );
    const chain = prepareChain({ dataDir, port: ports.chain });
    await supervisor.start("chain", { ...chain.child, stopPhase: THEN });
    log(`Local chain on port ${ports.chain}`);
    deployerKey = LOCAL_DEPLOYER_KEY;
    environment = {
      CHAIN_ID: String(id),
      CHAIN_RPC_URL: chain.url,
      FAUCET_KEY: LOCAL_DEPLOYER_KEY,
      LOCAL_WALLET: "1",
    };
  }
  const { DATANET_REGISTRY, ADAPTER_REGISTRY, ACCESS_MANAGER } = process.env;
  if (given && DATANET_REGISTRY && ADAPTER_REGISTRY && ACCESS_MANAGER) return environment;
  const known = deployerKey ? null : readJson(resolve(root, "contracts", "deployments", `${id}.json`));
  if (!known && !deployerKey)
    throw new Error(
      `Chain ${id} has no known contracts: set DATANET_REGISTRY, ADAPTER_REGISTRY and ACCESS_MANAGER, or DEPLOYER_KEY to deploy them.`,
    );
  const addresses = known ?? (await deploy({ supervisor, dataDir, environment, deployerKey, secrets }));
  if (!known) log(`Contracts on chain ${id}: ${addresses.sentTransactions ? "deployed" : "already there"}`);
  return {
    ...environment,
    DATANET_REGISTRY: addresses.datanetRegistry,
    ADAPTER_REGISTRY: addresses.adapterRegistry,
    ACCESS_MANAGER: addresses.accessManager,
  };
}

async function deploy({ supervisor, dataDir, environment, deployerKey, secrets }) {
  const output = resolve(dataDir, "contracts.json");
  await supervisor.run("deploy", {
    command: process.execPath,
    args: ["--conditions=react-server", await bundle("deploy"), output],
    env: {
      ...process.env,
      ...environment,
      DEPLOYER_KEY: deployerKey,
      ATTESTOR_KEY: process.env.ATTESTOR_KEY || secrets.attestorKey,
    },
    cwd: root,
  });
  return readJson(output);
}

async function startRunner({ supervisor, dataDir, runnerData, ports, log }, python) {
  if (!python) return { RUNNER_URL: process.env.RUNNER_URL };
  await installPython(python, supervisor.run, log);
  // Beside the build and the database; made once and then found again in the data folder.
  const basesCache = resolve(dataDir, "bases");
  // BASES=tiny spares a suite that trains on the tiny base alone half a minute and 269 MB.
  const provisioned = process.env.BASES === "tiny" || provisionBases(basesCache, supervisor.run, log);
  const token = randomBytes(32).toString("hex");
  const url = `http://127.0.0.1:${ports.runner}`;
  // The runner calls nobody: it gets no address and no secret of the other parts.
  const { DATABASE_URL, DEPLOYER_KEY, ATTESTOR_KEY, CURSOR_SECRET, SPLIT_SECRET, ...inherited } = process.env;
  await supervisor.start("runner", {
    command: venvPython,
    args: ["-m", "runner.api"],
    cwd: resolve(root, "training-runner"),
    env: {
      ...inherited,
      PYTHONUNBUFFERED: "1",
      RUNNER_HOST: "127.0.0.1",
      RUNNER_PORT: String(ports.runner),
      RUNNER_TOKEN: token,
      RUNNER_DATA: runnerData,
      RUNNER_BASES_CACHE: basesCache,
    },
    stopPhase: THEN,
    ready: () => answers(`${url}/health`),
  });
  log(`Training runner on port ${ports.runner}`);
  await provisioned;
  return { RUNNER_URL: url, RUNNER_TOKEN: token };
}

async function startAppProcesses({ supervisor, ports, isDev, log }, environment, worker) {
  const web = supervisor.start("web", {
    command: process.execPath,
    args: [resolve(root, "scripts", "web.mjs"), ...(isDev ? ["--dev"] : [])],
    cwd: root,
    env: { ...environment, PORT: String(ports.web) },
    stopPhase: FIRST,
    ready: () => answers(`http://127.0.0.1:${ports.web}/api/health`, environment.APP_INSTANCE),
  });
  const jobs = supervisor.start("worker", {
    command: process.execPath,
    args: ["--conditions=react-server", "--enable-source-maps", worker],
    cwd: root,
    env: environment,
    stopPhase: FIRST,
  });
  await allOf([web, jobs]);
  log("Worker and web app running");
}

/** The build took minutes, and somebody else may have taken the port meanwhile. */
async function settleWebPort(ports, log) {
  const { port, moved } = await freePort(ports.web, new Set([ports.database, ports.chain, ports.runner]));
  if (moved) log(`Port ${ports.web} was taken during the build, so the app uses ${port}`);
  ports.web = port;
}

async function answers(url, instance) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    const body = await response.json();
    return response.ok && (instance === undefined || body.instance === instance);
  } catch {
    return false;
  }
}
