import { expect, test } from "@playwright/test";
import { appUrl, checkPage } from "./fixtures/person";
import { SEEDED_MS, seededSample } from "./fixtures/sample";

const OTHERS = ["anna", "bert", "cleo", "dora"];

/** A sample's result leads to the run that pays: the same once more, without the contributor who was careless. */
test("a newcomer is shown whose rows look wrong, and goes on to a run without them", async ({ browser }) => {
  test.setTimeout(SEEDED_MS + 60_000);
  const context = await browser.newContext({ baseURL: appUrl() });
  const page = await context.newPage();
  const { runId, datanetId } = await seededSample(page, "Word forms");
  await page.goto(`/runs/${runId}`);
  await expect(page).toHaveTitle("Training run on Word forms · ModelFactory");
  await page.getByRole("heading", { name: "Which data helped?" }).scrollIntoViewIfNeeded();
  await expect(page.getByRole("heading", { name: "What stands out" })).toBeVisible();
  const without = page.getByRole("link", { name: /^Try again without/ });
  await expect(without).toHaveText(["Try again without emil"]);
  await expect(page.getByRole("listitem").filter({ has: without })).toContainText(
    "The adapter agrees with emil on 3 of their 38 own test questions, with everyone else on 95 of 151.",
  );
  await checkPage(page);

  await without.click();
  await expect(page.getByText("Sign in to train an adapter")).toBeVisible();
  // Whichever of the two one takes, the form comes back as it was filled in.
  await expect(page.getByRole("main").getByRole("link", { name: "Sign in" })).toBeVisible();
  await page.getByRole("banner").getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("button", { name: /local wallet/i }).click();
  await page.waitForURL(new RegExp(`/datanets/${datanetId}/train\\?`));
  await expect(page.getByText("Left out: emil", { exact: true })).toBeVisible();
  await expect(page.getByRole("checkbox", { name: /^emil / })).not.toBeChecked();
  for (const name of OTHERS)
    await expect(page.getByRole("checkbox", { name: new RegExp(`^${name} `) })).toBeChecked();
  await expect(page.getByLabel("Base model")).toHaveValue("smollm2-135m-instruct");
  await expect(page.getByRole("radio", { name: /^Quick/ })).toBeChecked();
  await checkPage(page);
  await context.close();
});
