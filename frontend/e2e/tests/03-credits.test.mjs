/** What a picture costs is said before, and what was not delivered comes back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, register } from "../support/accounts.mjs";
import { studioForTests } from "../support/harness.mjs";
import { madePicture } from "../support/pictures.mjs";
import { addPhotos, finished, openCreate, photosReady, press, pressButton } from "../support/studio.mjs";
import { createTask, QUICK, SLOW } from "../support/tasks.mjs";

const studio = studioForTests({ env: { NEW_USER_CREDITS: "1" } });

test("cancelling a running task returns its credit, and the balance in sight follows", async () => {
  const visitor = await studio.enter();
  const { page, t } = visitor;
  await page.goto("/");
  const balance = (count) =>
    page.getByRole("link", { name: t("common.balanceLabel", { count, credits: String(count) }) });
  await balance(1).waitFor();
  const task = await createTask(visitor, SLOW);
  await balance(0).waitFor();
  await page
    .getByRole("button", { name: t("common.cancel") })
    .first()
    .click();
  await page
    .getByText(t("tasks.progress.returned", { count: 1, credits: "1" }))
    .first()
    .waitFor();
  await balance(1).waitFor();
  const ended = await finished(visitor, task.id);
  assert.deepEqual([ended.status, ended.creditsRefunded], ["cancelled", 1]);
  assert.equal((await ask(visitor, "/api/credits")).credits, 1);
});

for (const locale of ["zh-CN", "en"]) {
  test(`too few credits are named before the press, which does nothing: ${locale}`, async () => {
    await (await studio.enter()).context.close();
    const visitor = await studio.visit({ locale });
    const { page, t } = visitor;
    await register(visitor, `poor-${locale}@example.com`);
    const last = await createTask(visitor, QUICK);
    await finished(visitor, last.id);
    await openCreate(visitor);
    await addPhotos(visitor, [madePicture("second.png", { seed: 7 })]);
    await photosReady(visitor);
    await page.getByText(t("create.balanceLow", { balance: "0", missing: "1" })).waitFor();
    const button = pressButton(visitor);
    assert.equal(await button.getAttribute("aria-disabled"), "true");
    const before = (await ask(visitor, "/api/tasks")).total;
    await button.click({ force: true });
    await page.keyboard.press("Control+Enter");
    assert.equal((await ask(visitor, "/api/tasks")).total, before);
    assert.deepEqual(visitor.faults, []);
  });
}

test("the price shown is the price taken", async () => {
  const owner = await studio.enter();
  await owner.context.close();
  const visitor = await studio.visit();
  await register(visitor, "exact@example.com");
  await openCreate(visitor);
  await addPhotos(visitor, [QUICK.picture]);
  await photosReady(visitor);
  const shown = visitor.page.getByText(
    visitor.t("create.costs", { credits: visitor.t("common.price", { count: 1 }) }),
  );
  await shown.waitFor();
  const task = await press(visitor);
  assert.equal(task.credits, 1);
});
