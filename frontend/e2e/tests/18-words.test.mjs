/** Words on their way to a model: style, template, the final prompt before the press, and a text model's proposal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "../support/accounts.mjs";
import { violations } from "../support/axe.mjs";
import { shoot } from "../support/browser.mjs";
import { studioForTests } from "../support/harness.mjs";
import { finished, press } from "../support/studio.mjs";
import { startVendors } from "../support/vendors.mjs";

// Before anything else, because the server is told where they are.
const vendors = await startVendors();
const studio = studioForTests({
  env: {
    ...vendors.settings("openai"),
    PROMPT_MODEL: "gpt-4.1-mini",
    OWNER_UNLIMITED: "true",
  },
});

/** A partial picture that was asked for when the whole one had just replaced it. */
const LATE_PREVIEW = /404 .*\/files\/\w+\?v=p&/;

for (const looks of [
  { device: "desktop", locale: "zh-CN", theme: "light" },
  { device: "phone", locale: "zh-CN", theme: "dark" },
  { device: "narrow", locale: "en", theme: "light" },
])
  test(`style and template are seen as the final prompt, which is what the vendor is told: ${Object.values(looks).join(", ")}`, () =>
    told(looks));

async function told(looks) {
  const visitor = await studio.enter(looks);
  const { page, t } = visitor;
  const words = await openWords(visitor);
  await words.box.fill(looks.locale === "en" ? "Children flying kites" : "孩子们在草地上放风筝");
  await words.fold(t("create.wording.style"));
  const { promptStyles, templates } = await words.catalogue();
  const [style, template] = [
    promptStyles.find(({ id }) => id === "ink-wash"),
    templates.find(({ id }) => id === "poster"),
  ];
  await page.getByRole("radio", { name: style.name, exact: true }).check();
  await words.fold(t("create.wording.template"));
  await page.getByRole("combobox", { name: t("create.wording.template") }).selectOption(template.id);
  await page.getByText(t("create.needsSlots")).waitFor();
  await page.getByLabel(template.slots[0].title, { exact: true }).fill("KITE 2026");
  await words.fold(t("create.wording.preview"));
  await page.locator("[data-final-prompt]").filter({ hasText: "KITE 2026" }).waitFor();
  const seen = await page.locator("[data-final-prompt]").textContent();
  await shoot(visitor, `words-${looks.theme}`, { fullPage: true });
  assert.deepEqual(await violations(page), []);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, "sideways");
  const task = await finished(visitor, (await press(visitor)).id);
  assert.deepEqual([task.status, task.prompt, task.style], ["completed", seen, "ink-wash"]);
  const sent = await vendors.paid("openai");
  const last = sent.filter(({ path }) => path.endsWith("/images/generations")).at(-1);
  assert.equal(last.body.value.prompt, seen);
  assert.deepEqual(
    visitor.faults.filter((fault) => !LATE_PREVIEW.test(fault)),
    [],
  );
  await visitor.context.close();
}

test("a proposal is asked for, changed, taken and undone by keyboard, and the task keeps the words of before", async () => {
  const visitor = await studio.enter({ device: "desktop", locale: "zh-CN", theme: "dark" });
  const { page, t } = visitor;
  const { box } = await openWords(visitor);
  await box.fill("一只猫");
  await page.getByRole("button", { name: t("create.help.improve") }).press("Enter");
  const proposal = page.getByRole("textbox", { name: t("create.help.improved") });
  await proposal.waitFor();
  assert.deepEqual(await violations(page), []);
  // It has the focus: typing goes on in it.
  await page.keyboard.press("End");
  await page.keyboard.type(" !");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const taken = await box.inputValue();
  assert.match(taken, /^窗边的一只猫.* !$/);
  const task = await finished(visitor, (await press(visitor)).id);
  assert.deepEqual([task.parameters.prompt, task.promptDetails.originalPrompt], [taken, "一只猫"]);
  await page.getByRole("button", { name: t("create.help.undo") }).press("Enter");
  assert.equal(await box.inputValue(), "一只猫");
  assert.deepEqual(
    visitor.faults.filter((fault) => !LATE_PREVIEW.test(fault)),
    [],
  );
  await visitor.context.close();
});

async function openWords(visitor) {
  const { page, t } = visitor;
  await page.goto("/");
  const catalogue = () => ask(visitor, "/api/tools");
  const { tools } = await catalogue();
  const tool = tools.find(({ taskType }) => taskType === "text_to_image");
  const group = page.getByRole("group", { name: t("create.tools") });
  await group.getByRole("radio", { name: tool.name }).check();
  const box = page.getByLabel(tool.parameters.properties.prompt.title, { exact: true });
  return { box, catalogue, fold: (title) => page.locator("summary").filter({ hasText: title }).click() };
}
