import { once } from "node:events";
import { createReadStream, createWriteStream, writeFileSync } from "node:fs";
import { NearIndex } from "@/server/contribution/health/near/near-index";
import { PLANTED_BANDS, type PlantedPair, plantedRows } from "@/server/contribution/health/near/planted";
import { intakeStream } from "@/server/contribution/intake/intake";

/** The benchmark's own process, so that its memory is that of the work alone. */
const [command, ...rest] = process.argv.slice(2);
const say = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return Number(((user + system) / 1e6).toFixed(2));
};
const peakMb = () => Math.round(process.resourceUsage().maxRSS / 1024);

if (command === "make") {
  const [file, rows, seed] = rest as [string, string, string];
  const out = createWriteStream(file);
  const pairs: PlantedPair[] = [];
  for (const row of plantedRows(Number(rows), Number(seed), (pair) => pairs.push(pair)))
    if (!out.write(`${JSON.stringify(row)}\n`)) await once(out, "drain");
  out.end();
  await once(out, "finish");
  writeFileSync(`${file}.pairs`, JSON.stringify(pairs));
} else if (command === "report") {
  const [file, segmentPath] = rest as [string, string | undefined];
  const pairs: [number, number][] = [];
  const began = performance.now();
  const summary = await intakeStream(
    createReadStream(file, { highWaterMark: 262_144 }),
    { name: file, near: { segmentPath }, maxRows: 10_000_000 },
    {
      kept: () => {},
      setAside: () => {},
      finding: ({ code, row, detail }) => {
        if (code === "NEAR_DUPLICATE") pairs.push([row!, detail.otherRow as number]);
      },
    },
  );
  const seconds = (performance.now() - began) / 1000;
  say({
    rows: summary.rows,
    problem: summary.problem,
    counts: summary.health?.counts,
    seconds,
    cpuSeconds: cpuSeconds(),
    peakMb: peakMb(),
    pairs,
  });
} else if (command === "head") {
  const [file, into, most] = rest as [string, string, string];
  const lines: string[] = [];
  const kept = ({ prompt, answer }: { prompt: string; answer: string }) => {
    if (lines.length < Number(most)) lines.push(JSON.stringify({ prompt, answer }));
  };
  const bytes = createReadStream(file, { highWaterMark: 262_144 });
  const summary = await intakeStream(bytes, { name: file, path: file }, { kept, setAside: () => {} });
  if (summary.problem) throw new Error(`${summary.problem.code}: ${summary.problem.message}`);
  writeFileSync(into, lines.map((line) => `${line}\n`).join(""));
  say({ rows: lines.length });
} else if (command === "index") {
  // Short texts: what adding to an index costs depends on how many rows it holds, not on how long they are.
  const [rows, seed, segmentPath] = rest as [string, string, string];
  const index = new NearIndex();
  let row = 0;
  const began = performance.now();
  for (const { prompt } of plantedRows(Number(rows), Number(seed), () => {}, 0.03, PLANTED_BANDS.slice(0, 1)))
    index.add(++row, prompt, row);
  index.finish({ segmentPath });
  index.close();
  say({
    rows: row,
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: cpuSeconds(),
    peakMb: peakMb(),
  });
} else if (command === "add") {
  const [file, path] = rest as [string, string];
  let candidates = 0;
  const far = () => {
    candidates += 1;
  };
  const began = performance.now();
  await intakeStream(
    createReadStream(file),
    { name: file, near: { against: [{ contributionId: "large", path }] } },
    { kept: () => {}, setAside: () => {}, finding: () => {}, far },
  );
  say({
    seconds: (performance.now() - began) / 1000,
    cpuSeconds: cpuSeconds(),
    candidates,
    peakMb: peakMb(),
  });
} else if (command === "dedup") {
  const [file] = rest as [string];
  const index = new NearIndex();
  let row = 0;
  let found = 0;
  const began = performance.now();
  let left = "";
  for await (const chunk of createReadStream(file, { encoding: "utf8", highWaterMark: 262_144 })) {
    const lines = (left + (chunk as string)).split("\n");
    left = lines.pop()!;
    for (const line of lines) index.add(++row, (JSON.parse(line) as { prompt: string }).prompt, row);
  }
  const near = () => {
    found += 1;
  };
  index.finish({ near });
  index.close();
  const seconds = (performance.now() - began) / 1000;
  say({ rows: row, found, seconds, cpuSeconds: cpuSeconds(), peakMb: peakMb() });
}
