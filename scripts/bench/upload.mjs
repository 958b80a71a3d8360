import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { Person } from "../chaos/person.mjs";
import { startTestApp } from "../lib/test-app.mjs";
import { watchMemory, webProcess } from "./web-process.mjs";

export const summary =
  "memory of the web process while a large file is uploaded ([--megabytes 1000] [--data DIR of a running app] [--json])";

const PART = 8_000_000;
const GOAL_MB = 150;
/** So that reading it ends at once: only the way there is measured. */
const PNG = Buffer.from("89504e470d0a1a0a", "hex");

export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      megabytes: { type: "string", default: "1000" },
      data: { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const own = values.data ? null : await startTestApp({ env: { SEED: "off" } });
  try {
    const dataDir = own?.dataDir ?? resolve(values.data);
    const { url, pid } = JSON.parse(readFileSync(resolve(dataDir, "app.json"), "utf8"));
    const target = { url, dataDir, web: webProcess(pid), bytes: Number(values.megabytes) * 1_000_000 };
    const results = [];
    for (const isWhole of [false, true]) results.push(await measure(target, isWhole));
    if (values.json) return console.log(JSON.stringify(results));
    for (const { name, megabytes, seconds, before, peak } of results)
      console.log(
        `${name.padEnd(22)} ${megabytes} MB in ${seconds.toFixed(1)} s, ${(megabytes / seconds).toFixed(0)} MB/s; ` +
          `web process ${before} MB before, ${peak} MB at most: +${peak - before} MB (goal < ${GOAL_MB})`,
      );
  } finally {
    await own?.stop();
  }
}

/** One upload of random bytes made on the fly, in parts as the browser sends them or in one body. */
async function measure({ url, dataDir, web, bytes }, isWhole) {
  const person = new Person({ name: "bench", url: () => url, patienceMs: 30_000 });
  await person.signIn();
  const { datanetId } = await person.call("datanet.create", {
    goal: "answer",
    name: `Upload ${randomBytes(4).toString("hex")}`,
    purpose: "A place for the file of a benchmark.",
    guidelines: "Nothing of it is read.",
    licence: "CC0-1.0",
    labels: [],
  });
  const hash = createHash("sha256");
  const block = randomBytes(PART);
  const part = (at) => {
    const content = block.subarray(0, Math.min(PART, bytes - at));
    content.writeUInt32BE(at / PART, 64);
    if (at === 0) PNG.copy(content);
    hash.update(content);
    return content;
  };
  const cookie = [...person.cookies].map(([k, v]) => `${k}=${v}`).join("; ");
  const headers = { cookie, origin: new URL(url).origin, "tus-resumable": "1.0.0" };
  const base64 = (text) => Buffer.from(text).toString("base64");
  const metadata = `filename ${base64("bench.png")},datanetId ${base64(datanetId)}`;
  const begun = await sent(
    fetch(`${url}/api/uploads/tus`, {
      method: "POST",
      headers: { ...headers, "upload-length": String(bytes), "upload-metadata": metadata },
    }),
    201,
  );
  const address = new URL(begun.headers.get("location"), url);
  const patch = (at, body) =>
    sent(
      fetch(address, {
        method: "PATCH",
        headers: {
          ...headers,
          "upload-offset": String(at),
          "content-type": "application/offset+octet-stream",
        },
        body,
        duplex: "half",
      }),
      204,
    );
  const memory = watchMemory(web);
  const startedAt = performance.now();
  if (isWhole) {
    let at = 0;
    await patch(
      0,
      new ReadableStream({
        pull(controller) {
          if (at >= bytes) return controller.close();
          controller.enqueue(Uint8Array.from(part(at)));
          at += PART;
        },
      }),
    );
  } else for (let at = 0; at < bytes; at += PART) await patch(at, part(at));
  const seconds = (performance.now() - startedAt) / 1000;
  const sha256 = hash.digest("hex");
  if (!existsSync(resolve(dataDir, "blobs", "sha256", sha256.slice(0, 2), sha256)))
    throw new Error("The file that arrived is not the one that was sent.");
  const name = isWhole ? "in one body" : `in parts of ${PART / 1e6} MB`;
  return { name, megabytes: bytes / 1e6, seconds, ...memory() };
}

async function sent(answer, status) {
  const response = await answer;
  if (response.status === status) return response;
  throw new Error(`The app answered ${response.status}: ${await response.text()}`);
}
