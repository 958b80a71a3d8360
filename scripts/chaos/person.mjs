import superjson from "superjson";
import {
  createPublicClient,
  createWalletClient,
  http,
  keccak256,
  TransactionReceiptNotFoundError,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { createSiweMessage } from "viem/siwe";
import { sleep } from "../lib/processes.mjs";

/** Longer than the app itself waits for a part that hangs. */
const CALL_MS = 30_000;
const QUERIES = new Set([
  "get",
  "list",
  "plan",
  "ofAdapter",
  "ofRun",
  "config",
  "transaction",
  "me",
  "members",
  "queue",
  "options",
  "influence",
  "removals",
  "take",
]);

/** A refusal of the app: its code says which. */
export class Refused extends Error {
  constructor({ code, message }, status) {
    super(`${code}: ${message}`);
    this.code = code;
    this.status = status;
  }
}

/**
 * Someone with a key of their own who uses the app as a browser does: over HTTP, and their transactions straight to
 * the chain. `url()` is asked each time, because a new start may take another port. While parts are away a call is
 * sent again with the same key, as a person would press again.
 */
export class Person {
  constructor({ name, url, patienceMs }) {
    Object.assign(this, { name, url, patienceMs });
    this.account = privateKeyToAccount(generatePrivateKey());
    this.cookies = new Map();
    /** Answers that meant "not now", by code: shown at the end. */
    this.waits = {};
  }

  get address() {
    return this.account.address.toLowerCase();
  }

  /** Until it works; only "not now" answers (no connection, 5xx) are tried again. */
  async patiently(what, work) {
    const deadline = performance.now() + this.patienceMs;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const isAway = !(error instanceof Refused) || error.status >= 500;
        if (error instanceof Refused && error.code === "INTERNAL") throw error;
        if (!isAway || performance.now() > deadline)
          throw new Error(`${this.name}: ${what}: ${error.message}`, { cause: error });
        const name = error.code ?? error.cause?.code ?? error.name;
        this.waits[name] = (this.waits[name] ?? 0) + 1;
        await sleep(250);
      }
    }
  }

  async fetch(path, init = {}) {
    const url = new URL(path, this.url());
    const headers = { ...init.headers, cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join("; ") };
    if (init.method === "POST") headers.origin = url.origin;
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(CALL_MS) });
    for (const cookie of response.headers.getSetCookie()) {
      const [, key, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      this.cookies.set(key, value);
    }
    return response;
  }

  /** A procedure, once. */
  async once(path, input, key) {
    const json = superjson.serialize(input);
    const isQuery = QUERIES.has(path.split(".")[1]);
    const address = `/api/trpc/${path}${isQuery && input !== undefined ? `?input=${encodeURIComponent(JSON.stringify(json))}` : ""}`;
    const headers = { "content-type": "application/json", ...(key ? { "idempotency-key": key } : {}) };
    const response = await this.fetch(
      address,
      isQuery ? {} : { method: "POST", headers, body: JSON.stringify(json) },
    );
    const text = await response.text();
    let body;
    try {
      body = JSON.parse(text);
    } catch {
      throw new Refused({ code: `HTTP_${response.status}`, message: text.slice(0, 100) }, response.status);
    }
    if (body.error) {
      const { data } = superjson.deserialize(body.error);
      throw new Refused(data?.app ?? { code: "UNKNOWN", message: text }, data?.httpStatus ?? response.status);
    }
    return superjson.deserialize(body.result.data);
  }

  /** A procedure, until it is answered. A change carries a key, so that it is made once however often it is sent. */
  call(path, input) {
    const key = crypto.randomUUID();
    return this.patiently(path, () => this.once(path, input, key));
  }

  async signIn() {
    await this.patiently("sign in", async () => {
      const { nonce, statement, domain, uri, chainId } = await this.once("account.nonce");
      const issuedAt = new Date();
      const expirationTime = new Date(issuedAt.getTime() + 5 * 60_000);
      const address = this.account.address;
      const message = createSiweMessage({
        domain,
        address,
        statement,
        uri,
        version: "1",
        chainId,
        nonce,
        issuedAt,
        expirationTime,
      });
      const signature = await this.account.signMessage({ message });
      await this.once("account.signIn", { message, signature });
    });
    await this.call("account.fund");
    await this.call("account.setName", { name: this.name });
    this.id = (await this.call("account.me")).id;
  }

  async upload(datanetId, fileName, content) {
    const headers = {
      "content-type": "text/csv",
      "x-datanet-id": datanetId,
      "x-file-name": encodeURIComponent(fileName),
    };
    return this.patiently("upload", async () => {
      const response = await this.fetch("/api/uploads", { method: "POST", headers, body: content });
      const body = await response
        .json()
        .catch(() => ({ error: { code: `HTTP_${response.status}`, message: "" } }));
      // The first answer may have been lost with the process: the file is here, under this id.
      if (body.error?.contributionId) return body.error.contributionId;
      if (body.error) throw new Refused(body.error, response.status);
      return body.contributionId;
    });
  }

  /** Signs once, then sends that very transaction until the chain has it, and tells the app. */
  async send(call, purpose, subjectId) {
    const chain = async () => {
      const { rpcUrl, chainId } = await this.call("chain.config");
      const transport = http(rpcUrl, { retryCount: 0, timeout: 5000 });
      const shape = {
        id: chainId,
        name: "chain",
        nativeCurrency: { name: "E", symbol: "E", decimals: 18 },
        rpcUrls: { default: { http: [rpcUrl] } },
      };
      return {
        chain: shape,
        reads: createPublicClient({ chain: shape, transport }),
        wallet: createWalletClient({ account: this.account, chain: shape, transport }),
      };
    };
    const raw = await this.patiently("sign a transaction", async () => {
      const { wallet, chain: shape } = await chain();
      const request = await wallet.prepareTransactionRequest({ to: call.to, data: call.data, chain: shape });
      return this.account.signTransaction(request);
    });
    const hash = keccak256(raw);
    await this.patiently("send a transaction", async () => {
      const { reads } = await chain();
      await reads.sendRawTransaction({ serializedTransaction: raw }).catch(async (error) => {
        // Known already when the first answer was lost.
        const known = await reads.getTransactionReceipt({ hash }).catch((cause) => {
          if (cause instanceof TransactionReceiptNotFoundError) return null;
          throw cause;
        });
        if (!known) throw error;
      });
    });
    await this.call("chain.submitted", { hash, purpose, subjectId });
    return hash;
  }
}
