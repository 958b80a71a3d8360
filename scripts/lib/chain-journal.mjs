import { closeSync, fsyncSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { heightOf, readJournal } from "./chain.mjs";
import { sleep } from "./processes.mjs";

const MINED_WITHIN_MS = 1000;
/** Until the node, left alone, has mined all it will. */
const SETTLED_MS = 50;
const SAVE_AFTER_ENTRIES = 50;

/**
 * Makes a development node durable: whatever makes a block is written down before the node is told, so a node that is
 * killed at any moment comes back with every block that anyone has seen, the same to the last hash (a block follows
 * from its parent, its time and its transactions, and its time is set by us).
 *
 * An entry is {block, time, raw?}: the block it makes, its time in Unix seconds, the signed transaction; without one
 * it is an empty block. `block: null` is a transaction that waits for an earlier one of its sender.
 */
export class ChainJournal {
  /** @param {{call: (method: string, params?: unknown[]) => Promise<any>, state: string, journal: string}} options */
  constructor({ call, state, journal }) {
    Object.assign(this, { call, state, journal });
    this.waiting = [];
    this.entries = 0;
    this.turn = Promise.resolve();
  }

  /**
   * Brings the node, which has loaded the saved state, to where it was. False when it took another block 0 than the one
   * the chain stands on, from a file of an earlier version; the file is in order now, so it has only to be started again.
   */
  async replay() {
    const saved = heightOf(this.state);
    const left = readJournal(this.journal).filter(({ block }) => block === null || block > saved);
    // The node's clock begins at its start, and it refuses blocks from before.
    const first = left.find(({ time }) => time);
    if (first) await this.call("evm_setTime", [first.time]);
    // What it refused then, it refuses again.
    for (const entry of left) await this.#tell(entry).catch(() => {});
    await this.call("evm_setTime", [Math.floor(Date.now() / 1000)]);
    // Also for a chain that is new: its first block has the time of its start, so it must be kept before anybody sees it.
    await this.save();
    const shown = await this.call("eth_getBlockByNumber", ["0x0", false]);
    return shown.hash === (await this.#genesis()).hash;
  }

  /** Sends a signed transaction. Resolves with its hash when it is in a block, or waits for an earlier one. */
  send(raw) {
    return this.#inTurn(async () => {
      const waited = [...this.waiting];
      const hash = await this.#tell(await this.#write({ raw }));
      // It is in a block and written down: that the state could not be kept as well is no failure of its own.
      if (waited.length > 0 && !this.waiting.some((each) => each.hash === hash))
        await this.#keepReleased(waited).catch((error) =>
          console.error(`chain state not kept: ${error.message}`),
        );
      return hash;
    });
  }

  /** An empty block on top. */
  mine() {
    return this.#inTurn(async () => this.#tell(await this.#write({})));
  }

  /** Something that changes the chain in a way the journal cannot repeat: the whole state is kept after it. */
  change(work) {
    return this.#inTurn(async () => {
      const result = await work();
      await this.#save();
      return result;
    });
  }

  save() {
    return this.#inTurn(() => this.#save());
  }

  height() {
    return this.call("eth_blockNumber").then(Number);
  }

  get shouldSave() {
    return this.entries >= SAVE_AFTER_ENTRIES;
  }

  /** One after the other: the order in the file is the order of the chain. */
  #inTurn(work) {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => {});
    return mine;
  }

  async #write({ raw }) {
    const { number, timestamp } = await this.call("eth_getBlockByNumber", ["latest", false]);
    const time = Math.max(Math.floor(Date.now() / 1000), Number(timestamp));
    const entry = { block: Number(number) + 1, time, ...(raw ? { raw } : {}) };
    const file = openSync(this.journal, "a", 0o600);
    try {
      writeSync(file, `${JSON.stringify(entry)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    this.entries++;
    return entry;
  }

  async #tell({ block, time, raw }) {
    if (block !== null) await this.call("evm_setNextBlockTimestamp", [time]);
    if (!raw) return this.call("evm_mine");
    const hash = await this.call("eth_sendRawTransaction", [raw]);
    for (const deadline = performance.now() + MINED_WITHIN_MS; performance.now() < deadline; await sleep(3))
      if (await this.call("eth_getTransactionReceipt", [hash])) return hash;
    this.waiting.push({ hash, raw });
    return hash;
  }

  /**
   * What waited for this transaction the node mines with it by itself, now and then with an empty block on top that no
   * entry tells of. To do the same again would be chance, so the state is kept.
   */
  async #keepReleased(waited) {
    await sleep(SETTLED_MS);
    const receipts = await Promise.all(
      waited.map(({ hash }) => this.call("eth_getTransactionReceipt", [hash])),
    );
    if (receipts.some(Boolean)) await this.#save();
  }

  /**
   * The node's whole state, with one block 0. The node makes another at every start and dumps all it ever had; which of
   * them a load would take is chance.
   */
  async #dump() {
    const dump = await this.call("anvil_dumpState");
    const state = JSON.parse(await promisify(gunzip)(Buffer.from(dump.slice(2), "hex")));
    const { timestamp } = await this.#genesis();
    const isOurs = ({ header }) =>
      Number(header.number) > 0 || Number(header.timestamp) === Number(timestamp);
    return { ...state, blocks: state.blocks.filter(isOurs) };
  }

  /** The block that block 1 stands on; before there is one, the node's own. */
  async #genesis() {
    const first = await this.call("eth_getBlockByNumber", ["0x1", false]);
    if (first) return this.call("eth_getBlockByHash", [first.parentHash, false]);
    return this.call("eth_getBlockByNumber", ["0x0", false]);
  }

  async #save() {
    replaceFile(this.state, JSON.stringify(await this.#dump()));
    const mined = await Promise.all(
      this.waiting.map(({ hash }) => this.call("eth_getTransactionReceipt", [hash])),
    );
    this.waiting = this.waiting.filter((_, i) => !mined[i]);
    const lines = this.waiting.map(({ raw }) => `${JSON.stringify({ block: null, raw })}\n`);
    // After the state: in between, the entries are in both, and are told by their block.
    replaceFile(this.journal, lines.join(""));
    this.entries = 0;
  }
}

function replaceFile(path, content) {
  const partial = `${path}.tmp`;
  const file = openSync(partial, "w", 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(partial, path);
}
