/** The other way to start: the example settings copied as they are, and the printed link opened as it is printed. */
import assert from "node:assert/strict";
import { copyFileSync, existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { OWNER } from "../support/accounts.mjs";
import { openBrowser, visit } from "../support/browser.mjs";
import { chelsea } from "../support/pictures.mjs";
import { emptyFolder, startServer } from "../support/server.mjs";
import { addPhotos, photosReady, press, resultShown } from "../support/studio.mjs";

const example = fileURLToPath(new URL("../../../.env.example", import.meta.url));
const browser = await openBrowser();
after(() => browser.close());

test("a copied .env.example starts a server that makes a picture", async () => {
  const folder = emptyFolder();
  copyFileSync(example, join(folder, ".env"));
  const server = await startServer({ folder, port: await freePort() });
  const visitor = await visit(browser, server);
  const { page, t } = visitor;
  await page.goto(server.link);
  await page.getByLabel(t("account.email")).fill(OWNER.email);
  await page.getByLabel(t("account.password"), { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: t("account.setup.action") }).click();
  await page.getByRole("link", { name: t("admin.first.skip") }).click();
  await addPhotos(visitor, [chelsea()]);
  await photosReady(visitor);
  await press(visitor);
  await resultShown(visitor);
  assert.ok(existsSync(join(folder, "data")), "the data folder is where the file says");
  await server.stop();
});

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
