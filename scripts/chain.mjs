// The local chain: `node chain.mjs --port PORT --dir FOLDER`. anvil answers on a port of its own, and this program
// stands before it: what changes the chain goes through the journal, everything else straight on.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { anvilBinary, call, chainFiles, LOCAL_CHAIN_ID } from "./lib/chain.mjs";
import { ChainJournal } from "./lib/chain-journal.mjs";
import { sleep } from "./lib/processes.mjs";

const TICK_MS = 500;
const MAX_BODY_BYTES = 8_000_000;
/** Blocks on top that make a block final. */
const DEPTH = 2;
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "content-type",
  "access-control-max-age": "86400",
};
/** Methods of the node's own that change nothing. */
const READS = /^(anvil_(dumpState|nodeInfo|metadata)|evm_snapshot)$/;
const CHANGES = /^((evm|anvil|hardhat)_|eth_sendTransaction$|eth_sendUnsignedTransaction$)/;

const argument = (name) => process.argv[process.argv.indexOf(name) + 1];
const dir = argument("--dir");
const files = chainFiles(dir);
let { node, url, journal, isWhole } = await open();
if (!isWhole) {
  endNode();
  ({ node, url, journal, isWhole } = await open());
}

const server = createServer((request, response) => {
  answer(request).then(
    ({ status, body }) => {
      response.writeHead(status, { ...CORS, ...(body === "" ? {} : { "content-type": "application/json" }) });
      response.end(body);
    },
    () => response.destroy(),
  );
});
server.listen(Number(argument("--port")), "127.0.0.1");
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, stop);
void keep();

/** The node with what was saved and what it was told since. */
async function open() {
  const { child: node, url: address } = startNode();
  const url = await address;
  const journal = new ChainJournal({ call: (method, params) => call(url, method, params), ...files });
  return { node, url, journal, isWhole: await journal.replay() };
}

function endNode() {
  node.removeAllListeners("exit");
  node.kill("SIGTERM");
}

/** anvil with what was saved, its address read from its first words. */
function startNode() {
  const child = spawn(
    anvilBinary(),
    [
      ...["--host", "127.0.0.1", "--port", "0", "--chain-id", String(LOCAL_CHAIN_ID)],
      // Two blocks on top make a block final, instead of sixty-four.
      ...["--slots-in-an-epoch", "1"],
      ...(existsSync(files.state) ? ["--load-state", files.state] : []),
    ],
    { cwd: dir, stdio: ["ignore", "pipe", "inherit"] },
  );
  child.once("exit", (code, signal) => {
    console.error(`anvil ended (${signal ?? code})`);
    process.exit(1);
  });
  const address = new Promise((done) => {
    let text = "";
    const read = (data) => {
      text += data;
      const found = /Listening on (127\.0\.0\.1:\d+)/.exec(text)?.[1];
      if (!found) return;
      child.stdout.off("data", read).resume();
      done(`http://${found}`);
    };
    child.stdout.on("data", read);
  });
  return { child, url: address };
}

async function answer(request) {
  if (request.method === "OPTIONS") return { status: 204, body: "" };
  const text = await readBody(request);
  if (text === null) return { status: 413, body: "" };
  let message;
  try {
    message = JSON.parse(text);
  } catch {
    return { status: 200, body: reply(null, { error: { code: -32_700, message: "This is not JSON." } }) };
  }
  if (!Array.isArray(message)) return { status: 200, body: await one(message) };
  const answers = [];
  for (const each of message) answers.push(await one(each));
  return { status: 200, body: `[${answers.join(",")}]` };
}

/** One JSON-RPC message, answered as text. */
async function one(message) {
  const method = String(message?.method ?? "");
  if (method === "eth_sendRawTransaction") {
    try {
      return reply(message.id, { result: await journal.send(message.params?.[0]) });
    } catch (error) {
      return reply(message.id, { error: error.rpc ?? { code: -32_603, message: error.message } });
    }
  }
  if (CHANGES.test(method) && !READS.test(method)) return journal.change(() => pass(message));
  return pass(message);
}

const reply = (id, rest) => JSON.stringify({ jsonrpc: "2.0", id, ...rest });

async function pass(message) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(message),
  });
  return response.text();
}

async function readBody(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * After a block with transactions mines the two that make it final, half a second apart, and saves the state when the
 * chain rests. An idle chain stays as it is: mining all the time would add 40,000 blocks a day to a file that is read
 * whole at each start.
 */
async function keep() {
  let expected = -1;
  let saved = await journal.height();
  let toMine = 0;
  for (;;) {
    await sleep(TICK_MS);
    const height = await journal.height();
    // The first look also finishes what an earlier start left unfinished.
    if (height !== expected && height > 0) toMine = DEPTH;
    expected = height;
    if (toMine > 0) {
      await journal.mine();
      toMine--;
      expected++;
    } else if (height !== saved || journal.shouldSave) {
      await journal.save();
      saved = height;
    }
  }
}

async function stop() {
  server.close();
  await journal.save().catch(() => {});
  endNode();
  process.exit(0);
}
