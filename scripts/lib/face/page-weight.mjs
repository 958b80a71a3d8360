import { gzipSync } from "node:zlib";

export const LIMIT_BYTES = 200_000;
/** Words that are in every build of the wallet libraries and in nothing of ours. */
const WALLET_CODE = /WagmiProviderNotFoundError|RainbowKitProvider|eip6963:requestProvider|walletconnect/i;

/**
 * First-load JavaScript of one page: every chunk its HTML names, in script tags, preloads and its component payload, gzip
 * level 9. Scripts marked noModule are not loaded by any browser that runs the rest. `cache` is shared by calls.
 * @returns {Promise<{bytes: number, files: number, wallet: boolean}>}
 */
export async function weigh(url, path, cache = new Map()) {
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
