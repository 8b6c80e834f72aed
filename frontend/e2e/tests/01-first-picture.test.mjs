/** The main job: from an empty data folder to a finished, compared and downloaded picture with every tool. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OWNER } from "../support/accounts.mjs";
import { openBrowser, visit } from "../support/browser.mjs";
import { compare } from "../support/compare.mjs";
import { download } from "../support/downloads.mjs";
import { CHELSEA_SIZE, chelsea } from "../support/pictures.mjs";
import { startServer } from "../support/server.mjs";
import { addPhotos, chooseTool, photosReady, press, resultShown } from "../support/studio.mjs";

const FIRST_RESULT_LIMIT_MS = 60_000;

/** In the order of the tool picker, with what each does to the picture's size as it is set at first. */
const TOOLS = [
  { taskType: "remove_background", scale: 1 },
  { taskType: "upscale", scale: 2 },
  { taskType: "style_transfer", scale: 1 },
];

let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

for (const device of ["desktop", "phone"]) {
  for (const locale of ["zh-CN", "en"]) {
    test(`set-up link to three downloaded results: ${device}, ${locale}`, (run) =>
      fromLinkToResults(run, { device, locale }));
  }
}

async function fromLinkToResults(run, looks) {
  const server = await startServer();
  const visitor = await visit(browser, server, looks);
  const { page, t, faults } = visitor;
  const opened = Date.now();
  await page.goto(`/setup?token=${server.token}`);
  await createOwner(visitor);
  await addPhotos(visitor, [chelsea()]);
  await photosReady(visitor);
  for (const [index, { taskType, scale }] of TOOLS.entries()) {
    await chooseTool(visitor, index);
    const task = await press(visitor);
    assert.equal(task.taskType, taskType);
    const result = await resultShown(visitor);
    if (index === 0) reportFirst(run, Date.now() - opened);
    await compare(visitor, result);
    const stage = page.getByRole("link", { name: t("common.download") }).first();
    const file = await download(page, stage);
    assert.deepEqual(
      { width: file.width, height: file.height },
      { width: CHELSEA_SIZE.width * scale, height: CHELSEA_SIZE.height * scale },
    );
  }
  assert.deepEqual(faults, []);
  await visitor.context.close();
  await server.stop();
}

async function createOwner({ page, t }) {
  const fields = page.locator("form input");
  await fields.first().waitFor();
  assert.ok((await fields.count()) <= 3, "an owner is made with three fields at most");
  await page.getByLabel(t("account.email")).fill(OWNER.email);
  await page.getByLabel(t("account.password"), { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: t("account.setup.action") }).click();
  await page.getByRole("link", { name: t("admin.first.skip") }).click();
  await page.getByRole("group", { name: t("create.tools") }).waitFor();
}

function reportFirst(run, milliseconds) {
  console.log(`first result ${(milliseconds / 1000).toFixed(1)} s after the page was opened: ${run.name}`);
  assert.ok(milliseconds <= FIRST_RESULT_LIMIT_MS, `the first result took ${milliseconds} ms`);
}
