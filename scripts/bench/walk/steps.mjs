const WAIT_MS = 15 * 60_000;
const wait = { timeout: WAIT_MS };

/**
 * What a newcomer does, in order, each with what it showed: a sample's result, a question to its adapter, the same run
 * once more without the person who stands out, its result, a question to it, publication, the check, whose data helped.
 */
export function walkSteps({ page, base }) {
  const visible = (locator, options = wait) => locator.first().waitFor({ state: "visible", ...options });
  const headline = async () => {
    const text = page.getByText(/\d+ (→|to) \d+ of \d+/).first();
    await visible(text);
    return (await text.innerText()).replaceAll(/\s+/g, " ");
  };
  let sample;
  let run;
  return [
    {
      name: "the sample is there",
      run: async () => {
        for (;;) {
          await page.goto("/");
          if (await page.getByRole("link", { name: "Look at a finished sample" }).isVisible()) return;
          await page.waitForTimeout(1000);
        }
      },
    },
    {
      name: "its result is read",
      run: async () => {
        await page.getByRole("link", { name: "Look at a finished sample" }).click();
        await visible(page.getByRole("heading", { name: "What stands out" }));
        sample = new URL(page.url()).pathname.split("/").at(-1);
        return headline();
      },
    },
    { name: "its adapter answers", run: () => ask(page) },
    {
      name: "an own run without the one who stands out is filled in, signed in",
      run: async () => {
        await page
          .getByRole("link", { name: /^Try again without/ })
          .first()
          .click();
        await page.getByRole("main").getByRole("link", { name: "Sign in", exact: true }).click();
        await page.getByRole("button", { name: /local wallet/i }).click();
        await page.waitForURL(/\/train\?/, wait);
        if (base) await page.getByLabel("Base model").selectOption(base);
        await page.getByRole("button", { name: "Check the run" }).click(wait);
        await page.waitForURL(/\/runs\/[0-9a-f-]{36}/, wait);
        run = new URL(page.url()).pathname;
      },
    },
    {
      name: "it is checked and signed",
      run: async () => {
        await page.getByRole("button", { name: "Sign and start" }).click(wait);
        await page.getByText("Waits for a signature").waitFor({ state: "hidden", ...wait });
      },
    },
    {
      name: "verdict",
      run: async () => {
        await visible(page.getByRole("heading", { name: "Did it get better?" }));
        return headline();
      },
    },
    { name: "it answers", run: () => ask(page) },
    {
      name: "compared with the sample's",
      run: async () => {
        await page.goto(`/runs/compare?a=${sample}&b=${run.split("/").at(-1)}`);
        await visible(page.getByRole("heading", { name: /^Without the questions of/ }));
        return headline();
      },
    },
    {
      name: "published",
      run: async () => {
        await page.goto(`${run}/publish`);
        await page.getByLabel("Name of the adapter").fill("My first adapter");
        await page.getByRole("button", { name: "Run the checks" }).click();
        await page.getByRole("button", { name: "Publish on the chain" }).click(wait);
        await page.getByRole("link", { name: "See its public page" }).click(wait);
        await page.waitForURL(/\/adapters\//, wait);
        await visible(page.getByText("Final on the chain"));
      },
    },
    {
      name: "checked against the chain",
      run: async () => {
        await page.getByRole("button", { name: "Re-check" }).click();
        const same = page.getByText(/^All \d+ values are the same as on the chain\.$/);
        await visible(same);
        return same.innerText();
      },
    },
    {
      name: "whose data helped",
      run: async () => {
        await page.goto(run);
        await visible(page.getByRole("heading", { name: "Which data helped?" }));
        const sentence = page.getByText(/^(The rows of|For )/);
        await visible(sentence);
        return sentence.first().innerText();
      },
    },
  ];
}

/** One question to the adapter of the page, and how its answer came. */
async function ask(page) {
  const panel = page.getByRole("region", { name: "Try it" });
  await panel.getByRole("textbox").first().fill("What is the noun for the verb “decide”?");
  await panel.getByRole("button", { name: "Send" }).click(wait);
  const speed = panel.getByText(/^\d+ tokens? in /).first();
  await speed.waitFor({ state: "visible", ...wait });
  const answer = await panel.locator("p.text-lg").first().innerText();
  return `${answer.replaceAll(/\s+/g, " ")} (${await speed.innerText()})`;
}
