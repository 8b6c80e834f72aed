/** Everything from the log-in page to a downloaded picture, without a mouse. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OWNER } from "../support/accounts.mjs";
import { studioForTests } from "../support/harness.mjs";
import { chelsea } from "../support/pictures.mjs";
import { photosReady, resultShown } from "../support/studio.mjs";

/** More stops than any page has before what we look for. */
const MOST_TABS = 80;

const studio = studioForTests();

test("log-in, photo, tool, press, comparison and download by keyboard alone", async () => {
  await (await studio.enter()).context.close();
  const visitor = await studio.visit();
  const { page, t } = visitor;
  // Asked for before anything is pressed: the browser hands pickers over only once it has been told to.
  const picker = new Promise((resolve) => page.once("filechooser", resolve));
  await page.goto("/login");
  const email = page.getByLabel(t("account.email"));
  await email.waitFor();
  await tabTo(page, email);
  await page.keyboard.type(OWNER.email);
  await tabTo(page, page.getByLabel(t("account.password"), { exact: true }));
  await page.keyboard.type(OWNER.password);
  await page.keyboard.press("Enter");

  const tools = page.getByRole("group", { name: t("create.tools") }).getByRole("radio");
  await tools.first().waitFor();
  await tabTo(page, tools.first());
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.ok(await tools.nth(2).isChecked());

  await tabTo(page, page.locator("input[type=file]:not([capture])").first());
  await page.keyboard.press("Space");
  await (await picker).setFiles([chelsea()]);
  await photosReady(visitor);
  await page.keyboard.press("Control+Enter");

  const { divider } = await resultShown(visitor);
  await tabTo(page, divider);
  await page.keyboard.press("Home");
  assert.equal(await divider.inputValue(), "0");
  await page.keyboard.press("End");
  assert.equal(await divider.inputValue(), "100");
  await tabTo(page, page.getByRole("link", { name: t("common.download") }).first());
  const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  assert.match(file.suggestedFilename(), /\.(png|webp|jpe?g)$/);
});

/** Tabs until the element has the focus, which must then be visible. */
async function tabTo(page, target) {
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${target} cannot be reached by Tab`);
}
