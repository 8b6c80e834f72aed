/** Several photos in one press: each result is chosen, compared with its own original, and saved. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compare } from "../support/compare.mjs";
import { download } from "../support/downloads.mjs";
import { studioForTests } from "../support/harness.mjs";
import { CHELSEA_SIZE, chelsea, madePicture } from "../support/pictures.mjs";
import { addPhotos, chooseTool, openCreate, photosReady, press, resultShown } from "../support/studio.mjs";

const WAVES_SIZE = { width: 400, height: 320 };
const STYLE_TRANSFER = 2;

const studio = studioForTests();

for (const device of ["desktop", "phone"]) {
  test(`each of two results is chosen, compared and saved: ${device}`, async () => {
    const visitor = await studio.enter({ device });
    const { page, t } = visitor;
    await openCreate(visitor);
    await chooseTool(visitor, STYLE_TRANSFER);
    await addPhotos(visitor, [chelsea(), madePicture("waves.png", WAVES_SIZE)]);
    await photosReady(visitor, 2);
    const costs = t("create.costs", { credits: t("common.price", { count: 2 }) });
    assert.ok(await page.getByText(costs).isVisible(), "the price of both is there with the second photo");
    const task = await press(visitor);
    assert.equal(task.credits, 2);

    const result = await resultShown(visitor);
    await shows(page, "chelsea.png", CHELSEA_SIZE);
    await page.getByRole("button", { name: t("tasks.pictureOf", { index: 2, total: 2 }) }).click();
    await shows(page, "waves.png", WAVES_SIZE);
    await compare(visitor, result);

    await page.goto(`/tasks/${task.id}`);
    await page.getByRole("button", { name: t("tasks.pictureOf", { index: 2, total: 2 }) }).click();
    await shows(page, "waves.png", WAVES_SIZE);
    const all = [];
    page.on("download", (arrival) => all.push(arrival));
    await page.getByRole("button", { name: t("common.downloadAll", { total: 2 }) }).click();
    while (all.length < 2) await page.waitForEvent("download");
    assert.deepEqual(visitor.faults, []);
  });

  /** The original by its name, and the result that the download link belongs to. */
  async function shows(page, name, size) {
    await page.getByRole("img", { name: new RegExp(name.replace(".", "\\.")) }).waitFor();
    const link = page.getByRole("link", { name: /^(下载|Download)$/ }).first();
    const { width, height } = await download(page, link);
    assert.deepEqual({ width, height }, size);
  }
}
