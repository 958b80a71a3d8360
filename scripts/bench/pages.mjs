import { gzipSync } from "node:zlib";
import { publicPages, withApp } from "../lib/face/public-pages.mjs";

export const summary =
  "first-load JavaScript of every public page, gzipped; fails above 200 kB ([--url URL])";

const LIMIT_BYTES = 200_000;
/** Words that are in every build of the wallet libraries and in nothing of ours. */
const WALLET_CODE = /WagmiProviderNotFoundError|RainbowKitProvider|eip6963:requestProvider|walletconnect/i;

export async function run(args) {
  await withApp(args, async (url) => {
    const { ids: _, version: __, ...pages } = await publicPages(url);
    const cache = new Map();
    let failed = 0;
    console.log(
      "first-load JavaScript, gzip level 9, kB of 1000 bytes; scripts marked noModule are not loaded by any browser that runs the rest",
    );
    for (const [name, path] of Object.entries(pages)) {
      if (!path) {
        console.log(`${name.padEnd(10)} not measured: there is none yet`);
        continue;
      }
      const { bytes, files, wallet } = await weigh(url, path, cache);
      const bad = bytes > LIMIT_BYTES || wallet;
      if (bad) failed += 1;
      console.log(
        `${name.padEnd(10)} ${(bytes / 1000).toFixed(1).padStart(6)} kB in ${String(files).padStart(2)} files  ${wallet ? "WALLET CODE" : "no wallet code"}${bytes > LIMIT_BYTES ? "  over 200 kB" : ""}`,
      );
    }
    if (failed > 0) throw new Error(`${failed} pages ship too much.`);
  });
}

/** Every chunk the HTML names: its script tags, its preloads, and those in its component payload. */
async function weigh(url, path, cache) {
  const response = await fetch(url + path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  const html = await response.text();
  const noModule = new Set([...html.matchAll(/<script[^>]*src="([^"]+)"[^>]*noModule/gi)].map((m) => m[1]));
  const named = new Set([...html.matchAll(/\/_next\/static\/chunks\/[\w.~-]+\.js/g)].map((m) => m[0]));
  let bytes = 0;
  let wallet = false;
  const files = [...named].filter((file) => !noModule.has(file));
  if (files.length === 0) throw new Error(`${path} names no script: is this a production build?`);
  for (const file of files) {
    if (!cache.has(file)) {
      const source = await (await fetch(url + file)).text();
      cache.set(file, { bytes: gzipSync(source, { level: 9 }).length, wallet: WALLET_CODE.test(source) });
    }
    bytes += cache.get(file).bytes;
    wallet ||= cache.get(file).wallet;
  }
  return { bytes, files: files.length, wallet };
}
