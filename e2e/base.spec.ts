import { expect, type Page, test } from "@playwright/test";
import { formatBytes } from "../components/common/numbers";
import { headline } from "../components/evaluation/headline";
import { frozenVersion } from "./fixtures/frozen";
import { checkPage, newPerson } from "./fixtures/person";
import { artifactOf } from "./fixtures/processes";
import { realRows } from "./fixtures/sample";

const BASE = { id: "smollm2-135m-instruct", name: "SmolLM2 135M Instruct" };
const LABELS = ["body", "food"];
/** 120 unlike rows make 50 test questions, the fewest that allow a verdict; some may be too alike. */
const ROWS_A_LABEL = 63;
const FEWEST_QUESTIONS = 50;
/** The passes are raised until there are 50 steps, so more rows in a step only read more; a step of one takes as long. */
const ROWS_IN_A_STEP = "2";
/** What the runner leaves to the system, the database and the app. */
const RESERVED_BYTES = 1e9;
const STAGE_MS = 180_000;
/** Three stages, on a machine that may be busy with others’ work. */
const VERDICT_MS = 5 * 60_000;
/** In nobody's file. */
const QUESTION = "a thick soup made from split peas and ham";

test("a real instruct model is tuned on real rows, measured, talked to, and named in every record", async ({
  browser,
}) => {
  test.setTimeout(15 * 60_000);
  const { owner, datanetId, snapshotId } = await frozenVersion({
    owner: "Ola",
    name: "Body or food?",
    files: [realRows(LABELS, ROWS_A_LABEL)],
    labels: LABELS,
  });
  const { machine } = await owner.call("trainingRun.options", { snapshotId });
  const { page, context } = await newPerson(browser, "Ida");
  await page.goto(`/datanets/${datanetId}/train`);
  await page.getByRole("button", { name: "Join" }).click();
  await readForm(page, machine.memoryBytes - RESERVED_BYTES);
  const runId = await start(page);
  await readVerdict(page, runId);
  await talk(page);
  await expect(page.getByRole("heading", { name: "Which data helped?" })).toBeVisible({ timeout: STAGE_MS });
  await expect(page.getByText(/^Finished in .*: trained, measured on the locked test/)).toBeVisible();
  await readRecord(page, runId);
  await context.close();
});

/** Before anything is touched: the real base is chosen, with its own facts and those of this machine. */
async function readForm(page: Page, availableBytes: number): Promise<void> {
  const base = page.getByLabel("Base model");
  await expect(base).toHaveValue(BASE.id);
  await expect(base.locator("option:checked")).toHaveText(BASE.name);
  await expect(
    page.getByText("134.5 million parameters, reads up to 8,192 tokens, licence Apache-2.0"),
  ).toBeVisible();
  const fit = page.getByLabel("Which base fits this machine").locator("> div", { hasText: BASE.name });
  await expect(fit.getByText("Fits", { exact: true })).toBeVisible();
  await expect(fit).toContainText(
    `Training needs 2.2 GB of the ${formatBytes(availableBytes)} that this machine has for it.`,
  );
  const quick = page.getByRole("radio", { name: /^Quick/ });
  await expect(quick).toBeChecked();
  await expect(quick).toHaveAccessibleName(/\d+ (s|min).* to \d+ (s|min).* (CPU cores|CUDA)/);
  await checkPage(page);
}

async function start(page: Page): Promise<string> {
  await page.getByText("For experts").click();
  await page.getByLabel("Rows in a step").fill(ROWS_IN_A_STEP);
  await expect(page.getByText("For experts (1 changed)")).toBeVisible();
  await page.getByRole("button", { name: "Check the run" }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
  const files = page.getByText(/^4 files of SmolLM2 135M Instruct \(27\d MB\) are here and unchanged\.$/);
  await expect(files).toBeVisible({ timeout: STAGE_MS });
  await page.getByRole("button", { name: "Sign and start" }).click();
  await expect(files).toHaveCount(0, { timeout: STAGE_MS });
  return new URL(page.url()).pathname.split("/").at(-1)!;
}

type Item = { answers: Record<string, { correct: boolean }> };

/** The headline and the table say what the runner's own file gives when its marks are counted again. */
async function readVerdict(page: Page, runId: string): Promise<void> {
  await expect(page.getByRole("heading", { name: "Did it get better?" })).toBeVisible({
    timeout: VERDICT_MS,
  });
  await expect(page.getByRole("heading", { level: 1 })).toContainText(BASE.id);
  const { items, comparison } = artifactOf(runId, "evaluating", "evaluation.json") as {
    items: Item[];
    comparison: { interval: [number, number]; verdict: string };
  };
  const right = (arm: string) => items.filter(({ answers }) => answers[arm]!.correct);
  const [before, after] = [right("base"), right("tuned")];
  const [low, high] = comparison.interval;
  const n = items.length;
  expect(n).toBeGreaterThanOrEqual(FEWEST_QUESTIONS);
  expect(after.length).toBeGreaterThan(before.length);
  expect(low).toBeGreaterThan(0);
  const line = headline(
    { rate: before.length / n },
    { rate: after.length / n },
    {
      difference: (after.length - before.length) / n,
      low,
      high,
      fixed: after.filter((item) => !before.includes(item)).length,
      broken: before.filter((item) => !after.includes(item)).length,
    },
    n,
  );
  await expect(page.getByText(line, { exact: true })).toBeVisible();
  await expect(page.getByText("Better", { exact: true }).first()).toBeVisible();
  const arms = page.getByRole("table", { name: "Result of each arm" });
  await expect(arms.getByRole("row", { name: /^Base model alone/ })).toContainText(
    `${before.length} of ${n}`,
  );
  await expect(arms.getByRole("row", { name: /^Trained adapter/ })).toContainText(`${after.length} of ${n}`);
  await checkPage(page);
}

/** Its builder asks it something that is in no row; the answer comes as a stream and is a label, which the base alone does not say. */
async function talk(page: Page): Promise<void> {
  const panel = page.getByRole("region", { name: "Try it" });
  await expect(panel.getByText(/Only you may ask, until it is published/)).toBeVisible();
  const streamed = page.waitForResponse((response) => response.url().endsWith("/chat"), {
    timeout: STAGE_MS,
  });
  await panel.getByLabel("A text to sort").fill(QUESTION);
  await panel.getByRole("button", { name: "Send" }).click();
  await expect(panel.getByText(/^\d+ tokens? in /)).toBeVisible({ timeout: STAGE_MS });
  const response = await streamed;
  expect(response.headers()["content-type"]).toContain("text/event-stream");
  const events = (await response.text())
    .split("\n\n")
    .filter(Boolean)
    .map((event) => JSON.parse(event.replace(/^data: /, "")) as { type: string; text?: string });
  expect(events[0]!.type).toBe("start");
  expect(events.at(-1)!.type).toBe("end");
  const answer = events
    .map(({ text }) => text ?? "")
    .join("")
    .trim();
  expect(LABELS).toContain(answer);
  await expect(panel.getByText(`The adapter: ${answer}`)).toBeVisible();
}

type Manifest = { base: { id: string; base_hash: string }; config: { base: string; batch_size: number } };

/** Page, manifest and configuration name the same base by the same hash. */
async function readRecord(page: Page, runId: string): Promise<void> {
  const record = page.locator("section", { has: page.getByRole("heading", { name: "Record" }) });
  const setOut = record.getByRole("definition").filter({ hasText: /^On the \d+ locked test questions/ });
  await expect(setOut).toContainText(`the adapter answers more of them right than ${BASE.name} alone`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "See the adapter" }).click();
  await page.waitForURL(/\/adapters\//);
  await expect(page.getByText(new RegExp(`base ${BASE.id}; `))).toBeVisible();
  const file = async (name: string) =>
    (await page.request.get(`/api${new URL(page.url()).pathname}/files/${name}`)).json();
  const manifest = (await file("training_manifest.json")) as Manifest;
  expect(manifest.base.id).toBe(BASE.id);
  expect(manifest.config).toMatchObject({ base: BASE.id, batch_size: Number(ROWS_IN_A_STEP) });
  const evaluated = artifactOf(runId, "evaluating", "evaluation.json") as { base_hash: string };
  expect(manifest.base.base_hash).toBe(evaluated.base_hash);
  expect((await file("adapter_config.json")).base_model_name_or_path).toContain(BASE.id);
}
