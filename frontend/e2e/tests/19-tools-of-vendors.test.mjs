/** Tools that only vendors have, and tools that a vendor does as well: a mask from a file, borders, one picture at a time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "../support/accounts.mjs";
import { shoot } from "../support/browser.mjs";
import { studioForTests } from "../support/harness.mjs";
import { CHELSEA_SIZE, chelsea, madePicture } from "../support/pictures.mjs";
import { addPhotos, finished, openCreate, photosReady, press, pressButton } from "../support/studio.mjs";
import { startVendors } from "../support/vendors.mjs";

const studio = studioForTests({
  env: async () => {
    const accounts = (await startVendors()).settings("openai", "stability");
    return { NEW_USER_CREDITS: "1000", OWNER_UNLIMITED: "false", ...accounts };
  },
});

for (const looks of [
  { device: "desktop", locale: "zh-CN" },
  { device: "phone", locale: "en", theme: "dark" },
]) {
  test(`a mask from a file, borders and a vendor's upscaler: ${looks.device}, ${looks.locale}`, () =>
    everyTool(looks));
}

async function everyTool(looks) {
  const visitor = await studio.enter(looks);
  await openCreate(visitor);
  await addPhotos(visitor, [chelsea()]);
  await photosReady(visitor);
  await inpaint(visitor);
  await outpaint(visitor);
  await upscale(visitor);
  // A quote that is refused is what the page asks for; what a running task shows is gone when it has ended.
  const expected = /400 \(Bad Request\).*\/api\/tasks\/quote|404 \(Not Found\).*\/files\/\S+v=p/;
  const faults = visitor.faults.filter((fault) => !expected.test(fault));
  assert.deepEqual(faults, [], "the console stayed silent");
  await visitor.context.close();
}

async function choose({ page, t }, taskType) {
  const { tools } = await ask({ context: page.context() }, "/api/tools");
  const tool = tools.find((each) => each.taskType === taskType);
  await page
    .getByRole("group", { name: t("create.tools") })
    .getByRole("radio", { name: tool.name, exact: true })
    .check();
  return tool.parameters.properties;
}

async function inpaint(visitor) {
  const { page } = visitor;
  const { prompt, mask } = await choose(visitor, "inpaint");
  await page.getByRole("textbox", { name: prompt.title }).fill("a red scarf");
  const field = page.getByRole("group", { name: mask.title });
  const input = field.locator("input[type=file]:not([capture])").first();
  // One that is not as large as the picture is refused beside the field, before the press.
  await input.setInputFiles([madePicture("small.png")]);
  await field.getByText(`${CHELSEA_SIZE.width} × ${CHELSEA_SIZE.height}`).waitFor();
  assert.equal(await pressButton(visitor).getAttribute("aria-disabled"), "true");
  await shoot(visitor, "inpaint-refused", { fullPage: true });
  await field.getByRole("button").first().click();
  await input.setInputFiles([madePicture("mask.png", CHELSEA_SIZE)]);
  await field.getByText("mask.png").waitFor();
  await shoot(visitor, "inpaint", { fullPage: true });
  const task = await finished(visitor, (await press(visitor)).id);
  assert.deepEqual([task.status, task.taskType, task.provider], ["completed", "inpaint", "openai"]);
}

async function outpaint(visitor) {
  const { page } = visitor;
  const { expandLeft } = await choose(visitor, "outpaint");
  const side = page
    .getByRole("spinbutton", { name: expandLeft.title })
    .or(page.getByRole("slider", { name: expandLeft.title }));
  await side.first().fill("120");
  await shoot(visitor, "outpaint", { fullPage: true });
  const task = await finished(visitor, (await press(visitor)).id);
  assert.deepEqual([task.status, task.parameters.expandLeft], ["completed", 120]);
}

async function upscale(visitor) {
  const { page, t } = visitor;
  await choose(visitor, "upscale");
  const { tools } = await ask({ context: page.context() }, "/api/tools");
  const models = tools.find((tool) => tool.taskType === "upscale").models;
  const fast = models.find((model) => model.id === "stable-fast-upscale");
  await page.locator("summary", { hasText: t("create.model.title") }).click();
  await page.getByRole("radio", { name: fast.name, exact: true }).check();
  await shoot(visitor, "upscale", { fullPage: true });
  const task = await finished(visitor, (await press(visitor)).id);
  assert.deepEqual([task.status, task.model, task.modelNamed], ["completed", "stable-fast-upscale", true]);
  // Of two pictures it takes one: it is not offered, and the page says who stands in.
  await addPhotos(visitor, [madePicture("second.png", { width: 200, height: 100 })]);
  await photosReady(visitor, 2);
  await page.getByText(t("create.model.tooMany", { model: fast.name, count: 1 })).waitFor();
  assert.equal(await page.getByRole("radio", { name: fast.name, exact: true }).count(), 0);
  await shoot(visitor, "upscale-two", { fullPage: true });
}
