import { type Browser, expect, type Page, test } from "@playwright/test";
import { startTestApp } from "../scripts/lib/test-app.mjs";
import { appUrl, checkPage } from "./fixtures/person";

const PROJECT = "0123456789abcdef0123456789abcdef";
const RELAY = "wss://relay.walletconnect.org";
const NOBODY = "http://127.0.0.1:1";

/** What a sign-in page asked for: its policy, the hosts it called, and whether WalletConnect's code came with it. */
async function open(browser: Browser, url: string) {
  const page = await (await browser.newContext({ baseURL: url })).newPage();
  const scripts: Promise<string>[] = [];
  const outside: string[] = [];
  page.on("websocket", (socket) => outside.push(new URL(socket.url()).origin));
  page.on("request", (request) => {
    if (/^https?:/.test(request.url()) && new URL(request.url()).hostname !== "127.0.0.1")
      outside.push(new URL(request.url()).origin);
  });
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") scripts.push(response.text());
  });
  const answer = await page.goto("/sign-in");
  await expect(page.getByRole("heading", { name: "Connect a browser wallet" })).toBeVisible();
  const policy = answer!.headers()["content-security-policy"]!;
  const hasCode = async () => (await Promise.all(scripts)).some((text) => text.includes(RELAY));
  return { page, policy, outside, hasCode };
}

test("without a project id nothing of WalletConnect is there", async ({ browser }) => {
  const { page, policy, outside, hasCode } = await open(browser, appUrl());
  await expect(page.getByText("No wallet extension was found in this browser.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Connect a browser wallet" })).toBeDisabled();
  await page.waitForLoadState("networkidle");
  expect(policy).not.toContain("walletconnect");
  expect(outside).toEqual([]);
  expect(await hasCode()).toBe(false);
});

test("with a project id a phone is offered, and a relay that does not answer is said", async ({
  browser,
}) => {
  test.setTimeout(4 * 60_000);
  // Signing in needs no runner; without one the app is there in seconds.
  const app = await startTestApp({
    env: { WALLETCONNECT_PROJECT_ID: PROJECT, RUNNER_URL: NOBODY, RUNNER_TOKEN: "nobody".repeat(6) },
  });
  try {
    const { page, policy, outside, hasCode } = await open(browser, app.url);
    expect(
      /connect-src ([^;]*)/
        .exec(policy)?.[1]
        ?.split(" ")
        .filter((host) => /^wss?:|^https:/.test(host)),
    ).toEqual([RELAY]);
    await expect(page.getByText("An extension or a phone wallet that you already use.")).toBeVisible();
    await page.getByRole("button", { name: "Connect a browser wallet" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "WalletConnect" }).click();
    await expect(page.getByText(/^The WalletConnect relay, .* does not answer\.$/)).toBeVisible({
      timeout: 60_000,
    });
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await checkPage(page);
    expect(await hasCode()).toBe(true);
    expect([...new Set(outside)].filter((origin) => origin !== RELAY)).toEqual([]);
    await otherWaysStillWork(page);
  } finally {
    await app.stop();
  }
});

async function otherWaysStillWork(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign in with a local wallet" }).click();
  await expect(page.getByRole("banner").getByRole("button", { name: /^0x/ })).toBeVisible();
}
