/** Every kind of failure at a vendor: plain words in both languages, and the credits are back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "../support/accounts.mjs";
import { violations } from "../support/axe.mjs";
import { shoot } from "../support/browser.mjs";
import { describe, nameModel, openTool, wantPictures } from "../support/drawing.mjs";
import { studioForTests } from "../support/harness.mjs";
import { finished, press, resultShown } from "../support/studio.mjs";
import { saysNothingRaw, startVendors } from "../support/vendors.mjs";

/** Twenty tasks of one person in a row. */
const PLENTY = { NEW_USER_CREDITS: "500", MAX_TASKS_PER_DAY: "0" };
const MODEL = "gpt-image-1-mini";

let vendors;
const studio = studioForTests({
  env: async () => {
    vendors = await startVendors();
    return { ...PLENTY, ...vendors.settings("openai") };
  },
});

const FAILURES = [
  ["[refusal]", "content_refused"],
  ["[refusal200]", "content_refused"],
  ["[503]", "provider_busy"],
  ["[nulldata]", "provider_failed"],
  ["[b64html]", "provider_failed"],
  ["[drop]", "unknown_outcome"],
  ["[echokey]", "provider_not_configured"],
  ["[billing]", "provider_not_configured"],
];

for (const looks of [
  { device: "desktop", locale: "zh-CN" },
  { device: "phone", locale: "en" },
]) {
  const named = `${looks.device}, ${looks.locale}`;

  for (const [mark, code] of FAILURES)
    test(`${code} after ${mark} is said in plain words, with what came back: ${named}`, async () => {
      const visitor = await studio.newcomer(looks);
      const { page, t } = visitor;
      const { task, model } = await draw(visitor, `a heron ${mark}`);
      assert.deepEqual([task.status, task.error.code], ["failed", code]);
      const reason = t(`tasks.failure.${code}`, { vendor: model.providerName });
      await page.getByText(reason).first().waitFor();
      await page.getByText(returned(t, model.price)).first().waitFor();
      assert.equal((await ask(visitor, "/api/credits")).credits, 500);
      await saysNothingRaw(visitor);
      await shoot(visitor, `failure-${code}`);
      const found = await violations(page);
      for (const path of [`/tasks/${task.id}`, "/history"]) {
        await page.goto(path);
        await page.getByText(returned(t, model.price)).first().waitFor();
        await saysNothingRaw(visitor);
      }
      assert.deepEqual([found, visitor.faults], [[], []]);
      await visitor.context.close();
    });

  test(`of three pictures two come out, and what the third cost came back: ${named}`, async () => {
    const visitor = await studio.newcomer(looks);
    const { page, t } = visitor;
    const { task, model } = await draw(visitor, "a heron [fewer]", 3);
    assert.deepEqual([task.status, task.results.length, task.creditsRefunded], ["completed", 2, model.price]);
    await resultShown(visitor);
    await page.getByText(returned(t, model.price)).first().waitFor();
    assert.equal((await ask(visitor, "/api/credits")).credits, 500 - 2 * model.price);
    await saysNothingRaw(visitor);
    await shoot(visitor, "failure-fewer");
    assert.deepEqual([await violations(page), visitor.faults], [[], []]);
    await visitor.context.close();
  });
}

test("the owner is told that the vendor refused this server, and what to look at", async () => {
  const visitor = await studio.enter({ locale: "en" });
  const { model } = await draw(visitor, "a heron [401]");
  const words = visitor.t("tasks.failure.forOwner", { vendor: model.providerName });
  await visitor.page.getByText(words).first().waitFor();
  await saysNothingRaw(visitor);
  await vendors.verify();
});

/** Asks the model for pictures of these words on the page, and waits until that has ended. */
async function draw(visitor, words, count = 1) {
  const tool = await openTool(visitor, "text_to_image");
  const model = await nameModel(visitor, tool, MODEL);
  await describe(visitor, tool, words);
  if (count > 1) await wantPictures(visitor, tool, count);
  const accepted = await press(visitor);
  return { task: await finished(visitor, accepted.id), model };
}

function returned(t, credits) {
  return t("tasks.progress.returned", { count: credits, credits: String(credits) });
}
