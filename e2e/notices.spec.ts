import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { walkOverHttp } from "./fixtures/frozen";
import { appUrl, checkPage } from "./fixtures/person";
import { turnTab } from "./fixtures/tab";

const NOTICED_MS = 60_000;
const ROWS = ["a striped wild cat,animal", "a round loaf of rye,food", "a small grey mouse,animal"];
const FILE = { name: "beasts.csv", content: ["prompt,answer", ...ROWS].join("\n") };
const BODY = "beasts.csv: 3 accepted, 0 rejected.";

test("who asked for it is told outside the page once, and the bell counts until the notice was opened", async ({
  browser,
}) => {
  const { owner, world, until } = walkOverHttp({ owner: "Ann", files: [FILE], labels: ["animal", "food"] });
  await until("submit them");
  const context = await browser.newContext({ baseURL: appUrl() });
  await context.addCookies([...owner.cookies].map(([name, value]) => ({ name, value, url: appUrl() })));
  const shown = await recordNotices(context);
  const page = await context.newPage();
  await page.goto("/notices");
  await expect(page.getByText("Nothing yet", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Show notices in this browser" }).click();
  await expect(page.getByRole("button", { name: "Stop showing them in this browser" })).toBeVisible();
  await page.goto("/datanets");
  await expect(bell(page)).toHaveAccessibleName("Notices");

  await turnTab(page, "hidden");
  await until("review every row");
  await expect.poll(() => shown.length, { timeout: NOTICED_MS }).toBe(1);
  expect(shown).toEqual([
    { title: "Your rows were reviewed", body: BODY, icon: "/icon.svg", tag: expect.any(String) },
  ]);
  await turnTab(page, "visible");
  await expect(bell(page)).toHaveAccessibleName("Notices, 1 unread");
  await expect(page.getByRole("status").filter({ hasText: "1 unread notice" })).toHaveCount(1);
  await page.reload();
  await expect(bell(page)).toHaveAccessibleName("Notices, 1 unread");

  await bell(page).click();
  const notice = page.getByRole("region", { name: "Your notices" }).getByRole("listitem");
  await expect(notice).toContainText(BODY);
  await expect(notice.getByText("Unread", { exact: true })).toBeVisible();
  await checkPage(page);
  await notice.getByRole("link", { name: "Your rows were reviewed" }).click();
  await page.waitForURL(`**/contributions/${world.contributions![0]}`);
  await expect(bell(page)).toHaveAccessibleName("Notices");
  await page.goto("/notices");
  await expect(notice).toContainText(BODY);
  await expect(notice.getByText("Unread", { exact: true })).toHaveCount(0);
  expect(shown).toHaveLength(1);
  await context.close();
});

const bell = (page: Page) => page.getByRole("banner").getByRole("link", { name: /^Notices/ });

type Shown = { title: string; body: string; tag: string; icon: string };

/** A browser that may show notices, and writes down each instead. */
async function recordNotices(context: BrowserContext): Promise<Shown[]> {
  const shown: Shown[] = [];
  await context.grantPermissions(["notifications"], { origin: appUrl() });
  await context.exposeFunction("noticeShown", (notice: Shown) => shown.push(notice));
  await context.addInitScript(() => {
    const real = window.Notification;
    class Recorded {
      static get permission() {
        return real.permission;
      }
      static requestPermission = () => real.requestPermission();
      onclick = null;
      constructor(title: string, options: NotificationOptions) {
        (window as unknown as { noticeShown: (notice: object) => void }).noticeShown({ title, ...options });
      }
      close() {}
    }
    Object.assign(window, { Notification: Recorded });
  });
  return shown;
}
