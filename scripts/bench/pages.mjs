import { LIMIT_BYTES, weigh } from "../lib/face/page-weight.mjs";
import { publicPages, withApp } from "../lib/face/public-pages.mjs";

export const summary =
  "first-load JavaScript of every public page, gzipped; fails above 200 kB ([--url URL])";

export async function run(args) {
  await withApp(args, async (url) => {
    const { ids: _, ...pages } = await publicPages(url);
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
