/** Pictures that a vendor makes: from words, from a picture, and seen while they take shape. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "../support/accounts.mjs";
import { violations } from "../support/axe.mjs";
import { shoot } from "../support/browser.mjs";
import { describe, openTool } from "../support/drawing.mjs";
import { studioForTests } from "../support/harness.mjs";
import { chelsea } from "../support/pictures.mjs";
import { addPhotos, finished, photosReady, press, pressButton, resultShown } from "../support/studio.mjs";
import { saysNothingRaw, startVendors } from "../support/vendors.mjs";

let vendors;
const studio = studioForTests({
  env: async () => {
    vendors = await startVendors();
    return { NEW_USER_CREDITS: "500", ...vendors.settings("openai") };
  },
});

const LOOKS = [
  { device: "desktop", locale: "zh-CN" },
  { device: "phone", locale: "en" },
];

for (const looks of LOOKS) {
  const named = `${looks.device}, ${looks.locale}`;

  test(`words become a picture, at the price that was shown, and the page says who made it: ${named}`, async () => {
    const visitor = await studio.newcomer(looks);
    const { page, t } = visitor;
    const tool = await openTool(visitor, "text_to_image");
    await describe(visitor, tool, "a heron at dawn");
    const shown = t("create.costs", {
      credits: t("common.price", { count: tool.price, credits: String(tool.price) }),
    });
    await page.getByText(shown).waitFor();
    const accepted = await press(visitor);
    await resultShown(visitor);
    const task = await finished(visitor, accepted.id);
    const model = tool.models.find(({ id }) => id === task.model);
    await page.getByText(t("tasks.madeBy.plain", { maker: `${model.providerName} ${model.name}` })).waitFor();
    assert.deepEqual(
      [task.credits, (await ask(visitor, "/api/credits")).credits],
      [tool.price, 500 - tool.price],
    );
    await saysNothingRaw(visitor);
    await shoot(visitor, "vendor-words");
    assert.deepEqual([await violations(page), visitor.faults], [[], []]);
    await visitor.context.close();
  });

  test(`a picture is changed as the words say, and went to the vendor with them: ${named}`, async () => {
    const visitor = await studio.newcomer(looks);
    const { page } = visitor;
    const tool = await openTool(visitor, "image_edit");
    await addPhotos(visitor, [chelsea()]);
    await photosReady(visitor);
    const wish = `make it autumn, ${named}`;
    await describe(visitor, tool, wish);
    await press(visitor);
    await resultShown(visitor);
    const sent = (await vendors.paid("openai")).filter(({ path }) => path.endsWith("/images/edits"));
    const parts = sent.map(({ body }) => body.parts).find((all) => all.some(({ text }) => text === wish));
    assert.equal(parts.filter(({ picture }) => picture).length, 1);
    await saysNothingRaw(visitor);
    await shoot(visitor, "vendor-edit");
    assert.deepEqual([await violations(page), visitor.faults], [[], []]);
    await visitor.context.close();
  });

  test(`the picture is seen while it takes shape, before it is done: ${named}`, async () => {
    const visitor = await studio.newcomer(looks);
    const { page, t } = visitor;
    const tool = await openTool(visitor, "text_to_image");
    await describe(visitor, tool, "a heron at dusk [paced:1500]");
    const accepted = await press(visitor);
    await page
      .getByRole("img", { name: t("tasks.partial") })
      .first()
      .waitFor();
    const { status } = await ask(visitor, `/api/tasks/${accepted.id}`);
    assert.equal(status, "processing");
    await shoot(visitor, "vendor-partial");
    assert.deepEqual(await violations(page), []);
    await resultShown(visitor);
    assert.equal(await page.getByRole("img", { name: t("tasks.partial") }).count(), 0);
    assert.deepEqual(visitor.faults, []);
    await visitor.context.close();
  });
}

test("without words nothing is pressed, and no contract was broken", async () => {
  const visitor = await studio.newcomer({ locale: "en" });
  await openTool(visitor, "text_to_image");
  assert.equal(await pressButton(visitor).getAttribute("aria-disabled"), "true");
  await vendors.verify();
});
