/** Before there is an owner, every address says where the set-up link was printed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { studioForTests } from "../support/harness.mjs";

const PAGES = [
  "/",
  "/history",
  "/credits",
  "/account",
  "/login",
  "/register",
  "/tasks/task_1",
  "/no-such-page",
];

const studio = studioForTests();

for (const locale of ["zh-CN", "en"]) {
  test(`every page says where the set-up link is before the owner exists: ${locale}`, async () => {
    const { page, t, faults } = await studio.visit({ locale });
    for (const path of PAGES) {
      await page.goto(path);
      await page.getByRole("heading", { name: t("common.setup.title") }).waitFor();
      assert.ok(await page.getByText("danqing setup-link").isVisible());
      assert.ok(await page.getByText(t("common.setup.body")).isVisible());
    }
    await page.goto("/setup");
    await page.getByText(t("account.setup.missing")).waitFor();
    assert.deepEqual(faults, []);
  });
}

test("a stranger's console stays empty", async () => {
  await (await studio.enter()).context.close();
  const { page } = await studio.visit();
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  for (const path of ["/login", "/register", "/history"]) {
    await page.goto(path);
    await page.locator("h1").first().waitFor();
    await page.waitForLoadState("networkidle");
  }
  assert.deepEqual(said, []);
});
