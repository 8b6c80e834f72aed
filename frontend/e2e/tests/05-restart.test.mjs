/** The server dies in the middle of a task; the page says so, comes back by itself, and the picture arrives. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setUpOwner } from "../support/accounts.mjs";
import { openBrowser, visit } from "../support/browser.mjs";
import { startServer } from "../support/server.mjs";
import { finished, resultShown } from "../support/studio.mjs";
import { createTask, SLOW } from "../support/tasks.mjs";

const browser = await openBrowser();
after(() => browser.close());

test("a killed and restarted server loses nothing: banner, reconnection, one card, the result", async () => {
  const server = await startServer();
  const visitor = await visit(browser, server);
  const { page, t } = visitor;
  await setUpOwner(visitor, server);
  await page.goto("/history");
  const task = await createTask(visitor, SLOW);
  const card = page.getByRole("article");
  await card.getByRole("progressbar").waitFor();

  await server.kill();
  const banner = page.getByText(t("common.link.reconnecting"));
  await banner.waitFor();
  const again = await startServer({ folder: server.folder, port: server.port });
  await banner.waitFor({ state: "detached" });
  assert.equal(await card.count(), 1);

  const ended = await finished(visitor, task.id);
  assert.deepEqual([ended.status, ended.credits, ended.creditsRefunded], ["completed", 1, 0]);
  await card.getByRole("link", { name: t("common.download") }).waitFor();
  assert.equal(await card.count(), 1);
  await card.getByRole("link", { name: new RegExp(task.taskNo) }).click();
  await resultShown(visitor);
  await again.stop();
});
