import { type Browser, expect, type Page, test } from "@playwright/test";
import { appUrl, checkPage } from "./fixtures/person";
import { buildSmallSample } from "./fixtures/sample";
import { StandInWallet } from "./fixtures/wallet";

/** Enough for a version of two sides; the verdict is "not enough evidence", which may be published too. */
const ROWS = 40;
const NAME = "Animal or plant, by wallet";
const DECLINED = "You declined in your wallet.";
const FORGOTTEN = "The network forgot this transaction before any block took it in.";
const REPLACED = "Your wallet put another transaction in the place of this one.";

test.describe.configure({ mode: "serial" });

/** The loop once more with two browser wallets; each step meets one of the things that go wrong with wallets. */
type Holder = { page: Page; wallet: StandInWallet };
const world = {} as { ann: Holder; bob: Holder; datanet: string; version: string; run: string };

// A chain that is left held would stop every journey after this one.
test.afterAll(() => world.ann?.wallet.resume());

test("declined in the wallet: nothing is connected or signed, and trying again works", async ({
  browser,
}) => {
  world.ann = await newHolder(browser, "Stand-in wallet");
  const { page, wallet } = world.ann;
  await page.goto("/sign-in");
  const connect = page.getByRole("button", { name: "Connect a browser wallet" });
  await expect(connect).toBeEnabled();
  expect(wallet.asked, "a wallet that nobody pressed is asked nothing").toEqual([]);
  wallet.next("decline");
  await chooseWallet(page, "Stand-in wallet");
  await expect(page.getByText(DECLINED)).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await checkPage(page);
  await chooseWallet(page, "Stand-in wallet");
  const signIn = page.getByRole("button", { name: "Sign in as" });
  await expect(signIn).toBeVisible();
  await expect(page.getByText(DECLINED)).toHaveCount(0);
  wallet.next("decline");
  await signIn.click();
  await expect(page.getByText(DECLINED)).toBeVisible();
  await signIn.click();
  await expect(page.getByRole("banner").getByRole("button", { name: /^0x/ })).toBeVisible();
  expect(wallet.asked).toEqual(["connect", "connect", "personal_sign", "personal_sign"]);
});

test("wrong chain, then no money, then declined: each its sentence, and the Datanet is registered", async () => {
  const { page, wallet } = world.ann;
  const { labels } = small();
  await wallet.goElsewhere(false);
  await page.goto("/datanets/new");
  await page.getByRole("radio", { name: "Sort into labels" }).check();
  await page.getByLabel("Labels", { exact: true }).fill(`${labels.join(",")},`);
  await page.getByLabel("Name", { exact: true }).fill(NAME);
  await page.getByLabel("Purpose").fill("Tell an animal from a plant by a short dictionary definition.");
  await page.getByLabel("Guidelines").fill("One definition a row, and the one label that fits the thing.");
  await page.getByLabel("Licence", { exact: true }).fill("CC-BY-4.0");
  wallet.next("decline");
  await page.getByRole("button", { name: "Create and register" }).click();
  await expect(page.getByText("Your wallet is on another chain than Local chain.")).toBeVisible();
  await checkPage(page);
  await page.getByRole("button", { name: "Switch to Local chain" }).click();
  await expect(
    page.getByText(/^The fee may take up to .* ETH, and your account holds 0 ETH\.$/),
  ).toBeVisible();
  wallet.next("decline");
  await page.getByRole("button", { name: "Get test money" }).click();
  await expect(page.getByText(DECLINED)).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.waitForURL(/\/datanets\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { level: 1, name: NAME })).toBeVisible();
  expect(wallet.asked.slice(4)).toEqual([
    "wallet_addEthereumChain",
    "wallet_addEthereumChain",
    "eth_sendTransaction",
    "eth_sendTransaction",
  ]);
  world.datanet = new URL(page.url()).pathname;
});

test("sped up in the wallet: the page follows the newer transaction", async ({ browser }) => {
  const { ann, datanet } = world;
  world.bob = await newHolder(browser, "Another wallet");
  const { bob } = world;
  await bob.page.goto("/sign-in");
  await chooseWallet(bob.page, "Another wallet");
  await bob.page.getByRole("button", { name: "Sign in as" }).click();
  await expect(bob.page.getByRole("banner").getByRole("button", { name: /^0x/ })).toBeVisible();
  await bob.page.goto(datanet);
  await bob.page.getByRole("button", { name: "Join" }).click();
  await expect(bob.page.getByRole("link", { name: "Contribute" })).toBeVisible();

  await ann.wallet.hold();
  await ann.page.goto(`${datanet}#members`);
  await ann.page.reload();
  await ann.page.getByRole("button", { name: "Make validator" }).click();
  const dialog = ann.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Grant the role" }).click();
  await expect(dialog.getByText("Submitted")).toBeVisible();
  await untilSeen(ann);
  const newer = await ann.wallet.speedUp();
  await ann.wallet.resume();
  await expect(dialog.getByText("You sped it up in your wallet")).toBeVisible();
  await expect(dialog.locator(`[title="${newer}"]`)).toBeVisible();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  await expect(ann.page.getByRole("cell", { name: "Validator", exact: true })).toBeVisible();
});

test("a file goes in and is reviewed with nothing asked of either wallet", async () => {
  const { ann, bob, datanet } = world;
  const before = [ann, bob].map(({ wallet }) => wallet.asked.length);
  await ann.page.goto(`${datanet}/contribute`);
  await ann.page.getByLabel("File with examples").setInputFiles(small().path);
  await ann.page.getByRole("button", { name: `Submit ${ROWS} rows` }).click();
  await ann.page.getByRole("checkbox", { name: /I may give these rows/ }).check();
  await ann.page
    .getByRole("dialog")
    .getByRole("button", { name: /^Submit/ })
    .click();
  await expect(ann.page.getByRole("dialog")).toHaveCount(0);
  await review(bob.page, datanet);
  expect([ann, bob].map(({ wallet }) => wallet.asked.length)).toEqual(before);
});

test("dropped by the network: the version waits, and the very same bytes sent again bring it to life", async () => {
  const { ann, bob, datanet } = world;
  await ann.page.goto(`${datanet}/freeze`);
  await ann.page.getByRole("button", { name: `Freeze ${ROWS} rows` }).click();
  await ann.page.waitForURL(/\/versions\//);
  world.version = new URL(ann.page.url()).pathname;
  const { version } = world;
  await bob.page.goto(version);
  bob.wallet.next("decline");
  const approve = bob.page.getByRole("button", { name: "Approve version 1" });
  await approve.click();
  await expect(bob.page.getByText(DECLINED)).toBeVisible();
  await approve.click();
  await expect(bob.page.getByText(/^40 rows, approved\./)).toBeVisible();
  expect(bob.wallet.asked.slice(-2)).toEqual(["eth_signTypedData_v4", "eth_signTypedData_v4"]);

  ann.wallet.network = "loses";
  const freeze = ann.page.getByRole("button", { name: "Freeze version 1 on the chain" });
  await freeze.click();
  await expect(ann.page.getByText(FORGOTTEN)).toBeVisible({ timeout: 60_000 });
  await checkPage(ann.page);
  await ann.page.reload();
  await expect(ann.page.getByText(FORGOTTEN)).toBeVisible();
  ann.wallet.network = "sends";
  await ann.wallet.resend();
  await expect(ann.page.getByRole("link", { name: /^Train/ })).toBeVisible({ timeout: 60_000 });
  await expect(ann.page.getByText(FORGOTTEN)).toHaveCount(0);
});

test("cancelled in the wallet: the run waits for its signature, and starts with the next one", async () => {
  const { ann, version } = world;
  const { page, wallet } = ann;
  await page.goto(version);
  await page
    .getByRole("link", { name: /^Train/ })
    .first()
    .click();
  await page.waitForURL(/\/train/);
  await page.getByLabel("Base model").selectOption("tiny");
  await wallet.hold();
  await page.getByRole("button", { name: "Check the run" }).click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}$/, { timeout: 120_000 });
  await page.getByRole("button", { name: "Sign and start" }).click({ timeout: 120_000 });
  await expect(page.getByText("Submitted", { exact: true })).toBeVisible();
  await untilSeen(ann);
  await wallet.cancel();
  await wallet.resume();
  await expect(page.getByText(REPLACED)).toBeVisible({ timeout: 30_000 });
  await checkPage(page);
  await page.reload();
  world.run = new URL(page.url()).pathname;
  await expect(page.getByText(REPLACED)).toBeVisible();
  await page.getByRole("button", { name: "Sign and start" }).click();
  await expect(page.getByRole("link", { name: "Publish", exact: true })).toBeVisible({ timeout: 240_000 });
});

test("dropped, and sent again from the page: the adapter is published once", async () => {
  const { ann, run } = world;
  const { page, wallet } = ann;
  await page.goto(`${run}/publish`);
  await page.getByLabel("Name of the adapter").fill("Animal or plant");
  await page.getByRole("button", { name: "Run the checks" }).click();
  wallet.network = "loses";
  await page.getByRole("button", { name: "Publish on the chain" }).click({ timeout: 120_000 });
  await expect(page.getByText(FORGOTTEN)).toBeVisible({ timeout: 60_000 });
  wallet.network = "sends";
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("link", { name: "See its public page" }).click({ timeout: 60_000 });
  await page.waitForURL(/\/adapters\//);
  await expect(page.getByText("Final on the chain").first()).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Re-check" }).click();
  await expect(page.getByText(/^All \d+ values are the same as on the chain\.$/)).toBeVisible();
});

test("another account in the wallet than the one signed in: it is said, and nothing is signed", async () => {
  const { ann, datanet } = world;
  await ann.wallet.switchAccount();
  const asked = ann.wallet.asked.length;
  await ann.page.goto(`${datanet}#members`);
  await ann.page.reload();
  await ann.page.getByRole("button", { name: "Take role back" }).click();
  await ann.page.getByRole("button", { name: "Take the role back" }).click();
  await expect(
    ann.page.getByText(/^Your wallet is on account 0x.*, but you are signed in as 0x/),
  ).toBeVisible();
  expect(ann.wallet.asked.length).toBe(asked);
});

let sample: ReturnType<typeof buildSmallSample> | undefined;
function small() {
  sample ??= buildSmallSample(ROWS);
  return sample;
}

async function newHolder(browser: Browser, name: string): Promise<Holder> {
  const context = await browser.newContext({ baseURL: appUrl(), acceptDownloads: true });
  const wallet = await StandInWallet.install(context, name);
  return { page: await context.newPage(), wallet };
}

async function chooseWallet(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Connect a browser wallet" }).click();
  await page.getByRole("dialog").getByRole("button", { name }).click();
}

/** A replacement counts as one only for a transaction that the server has seen waiting. */
async function untilSeen({ page, wallet }: Holder): Promise<void> {
  await expect
    .poll(async () => {
      const input = encodeURIComponent(JSON.stringify({ json: { hash: wallet.lastHash() } }));
      const answer = await page.request.get(`/api/trpc/chain.transaction?input=${input}`);
      return (await answer.json()).result?.data.json?.callHash ?? null;
    })
    .not.toBeNull();
}

async function review(page: Page, datanet: string): Promise<void> {
  await page.goto(`${datanet}/review`);
  const accept = page.getByRole("button", { name: "Accept", exact: true });
  const done = page.getByText("Nothing waits for review");
  for (let rows = 0; rows < ROWS; rows += 1) {
    await expect(accept.or(done).first()).toBeVisible();
    if (await done.isVisible()) break;
    const row = await page.getByRole("article", { name: /^Row/ }).getAttribute("aria-label");
    await accept.click();
    await expect(page.getByRole("article", { name: row!, exact: true })).toHaveCount(0);
  }
  await expect(done).toBeVisible();
}
