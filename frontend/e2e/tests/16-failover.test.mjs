/** A vendor that cannot begin, and another that makes the picture, for no more than was quoted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "../support/accounts.mjs";
import { violations } from "../support/axe.mjs";
import { shoot } from "../support/browser.mjs";
import { describe, openTool } from "../support/drawing.mjs";
import { studioForTests } from "../support/harness.mjs";
import { finished, press, resultShown } from "../support/studio.mjs";
import { saysNothingRaw, startVendors } from "../support/vendors.mjs";

for (const looks of [
  { device: "desktop", locale: "zh-CN" },
  { device: "phone", locale: "en" },
]) {
  let vendors;
  // A server for each: whose vendor was too busy is passed over for a while.
  const studio = studioForTests({
    env: async () => {
      vendors = await startVendors();
      return { NEW_USER_CREDITS: "500", ...vendors.settings("openai", "gemini") };
    },
  });
  test(`the page says who made it and who could not: ${looks.device}, ${looks.locale}`, async () => {
    const visitor = await studio.newcomer(looks);
    const { page, t, locale } = visitor;
    const tool = await openTool(visitor, "text_to_image");
    const first = tool.models.find(({ available }) => available);
    assert.equal(first.provider, "openai");
    await describe(visitor, tool, `a heron over reeds, ${looks.device}`);
    // So busy that nothing begins.
    await vendors.inject("openai", "[429:60]");
    const accepted = await press(visitor);
    await resultShown(visitor);
    await vendors.inject("openai", "");
    const task = await finished(visitor, accepted.id);
    assert.deepEqual([task.status, task.provider, task.credits], ["completed", "gemini", first.price]);
    const model = (id) => tool.models.find((each) => each.id === id);
    const paid = model(task.model).price;
    assert.ok(paid <= first.price);
    assert.deepEqual([task.creditsRefunded, task.priceDifference], [first.price - paid, first.price - paid]);
    assert.equal((await ask(visitor, "/api/credits")).credits, 500 - paid);
    const tried = task.triedBefore.map(({ providerName, model: id, message }) =>
      t("tasks.madeBy.reason", {
        name: `${providerName} ${model(id).name}`,
        message: message.replace(/[。.]$/, ""),
      }),
    );
    assert.ok(tried.length > 0 && task.triedBefore.every(({ message }) => message.length > 0));
    const words = t("tasks.madeBy.after", {
      // The vendor's name is in that of its model.
      maker: model(task.model).name,
      tried: new Intl.ListFormat(locale, { type: "conjunction" }).format(tried),
    });
    await page.getByText(words).waitFor();
    await shoot(visitor, "failover-stage");
    await page.goto(`/tasks/${task.id}`);
    await page.getByText(words).first().waitFor();
    await saysNothingRaw(visitor);
    await shoot(visitor, "failover-task");
    assert.deepEqual([await violations(page), visitor.faults], [[], []]);
    await vendors.verify();
    await visitor.context.close();
  });
}
