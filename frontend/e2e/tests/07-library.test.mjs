/** Looking after one's work: delete and undo, search, ledger, logging out and coming back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OWNER } from "../support/accounts.mjs";
import { studioForTests } from "../support/harness.mjs";
import { madePicture } from "../support/pictures.mjs";
import { finished } from "../support/studio.mjs";
import { createTask, QUICK } from "../support/tasks.mjs";

const studio = studioForTests();

async function enterWithWork(names, looks) {
  const visitor = await studio.enter(looks);
  const tasks = [];
  for (const [seed, name] of names.entries()) {
    const picture = madePicture(name, { seed });
    tasks.push(await finished(visitor, (await createTask(visitor, { ...QUICK, picture })).id));
  }
  return { ...visitor, tasks };
}

test("a deleted picture goes at once and comes back by undo", async () => {
  const { page, t, tasks } = await enterWithWork(["first.png"]);
  await page.goto("/history");
  const card = page.getByRole("article", { name: new RegExp(tasks[0].taskNo) });
  await card.getByRole("button", { name: t("common.delete") }).click();
  await card.waitFor({ state: "detached" });
  await page.getByRole("button", { name: t("common.undo") }).click();
  await card.waitFor();
  await page.reload();
  await card.waitFor();
});

test("history is found by a single Chinese character of the file's name", async () => {
  const { page, t, tasks } = await enterWithWork(["梅花.png", "竹子.png"]);
  const [plum, bamboo] = tasks.map((task) => page.getByRole("article", { name: new RegExp(task.taskNo) }));
  await page.goto("/history");
  await bamboo.waitFor();
  await page.getByRole("searchbox", { name: t("tasks.search") }).fill("梅");
  await bamboo.waitFor({ state: "detached" });
  await plum.waitFor();
  assert.match(decodeURIComponent(page.url()), /\?q=梅$/);
  await page.reload();
  await plum.waitFor();
  assert.equal(await bamboo.count(), 0);
  await page.getByRole("searchbox", { name: t("tasks.search") }).fill("龘");
  await page.getByRole("button", { name: t("tasks.clearFilters") }).click();
  await bamboo.waitFor();
});

test("each entry of the ledger leads to its task, and the task to its entries", async () => {
  const { page, t, tasks } = await enterWithWork(["ledger.png"], { locale: "en" });
  const [task] = tasks;
  await page.goto("/credits");
  await page.getByRole("link", { name: t("credits.openTaskNo", { taskNo: task.taskNo }) }).click();
  await page.waitForURL(`**/tasks/${task.id}`);
  await page.getByRole("link", { name: t("tasks.ledger"), exact: true }).click();
  await page.getByText(t("credits.forTask", { taskNo: task.taskNo })).waitFor();
  assert.equal(
    await page
      .locator("main li")
      .filter({ has: page.locator("time") })
      .count(),
    1,
  );
});

test("logging out closes every page, and logging in leads back to where one was headed", async () => {
  const visitor = await studio.enter();
  const { page, t } = visitor;
  await page.goto("/account");
  await page.getByRole("button", { name: t("account.logout") }).click();
  await page.waitForURL("**/login**");
  await page.goto("/credits?type=spend");
  await page.waitForURL("**/login?next=**");
  await page.getByLabel(t("account.email")).fill(OWNER.email);
  await page.getByLabel(t("account.password"), { exact: true }).fill("not the password");
  await page.getByRole("button", { name: t("account.login.action") }).click();
  await page.getByRole("alert").first().waitFor();
  await page.getByLabel(t("account.password"), { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: t("account.login.action") }).click();
  await page.waitForURL("**/credits?type=spend");
  await page.getByRole("heading", { name: t("credits.title") }).waitFor();
});

test("an expired session is renewed without a word, a revoked one leads to the log-in page and back", async () => {
  const visitor = await studio.enter();
  const { context, page, t } = visitor;
  const names = (await context.cookies()).map((cookie) => cookie.name);
  const refresh = (await context.cookies(`${studio.server.url}/api/auth/refresh`)).find(
    (cookie) => cookie.path !== "/",
  );
  assert.ok(refresh, `a refresh cookie with a path of its own among ${names}`);
  const others = (await context.cookies()).filter((cookie) => cookie.name !== refresh.name);
  for (const cookie of others) await context.clearCookies({ name: cookie.name });
  await page.goto("/history");
  await page.getByRole("heading", { name: t("tasks.history") }).waitFor();
  await context.clearCookies();
  await page
    .getByRole("link", { name: t("common.nav.credits") })
    .first()
    .click();
  await page.waitForURL("**/login?**");
  await page.getByText(t("account.sessionLost")).waitFor();
});
