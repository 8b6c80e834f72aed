/** From the set-up link with one pasted key to the first picture made from words, and the page of vendors after it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OWNER, register } from "../support/accounts.mjs";
import { openBrowser, shoot, visit } from "../support/browser.mjs";
import { startServer } from "../support/server.mjs";
import { press, resultShown } from "../support/studio.mjs";
import { startVendors } from "../support/vendors.mjs";

let browser;
let vendors;
before(async () => {
  vendors = await startVendors();
  browser = await openBrowser();
});
after(() => browser?.close());

/** All four looks, on both devices. */
const LOOKS = [
  { device: "desktop", locale: "zh-CN", theme: "light" },
  { device: "desktop", locale: "en", theme: "dark" },
  { device: "phone", locale: "zh-CN", theme: "dark" },
  { device: "phone", locale: "en", theme: "light" },
];

/** A partial picture that was asked for when the whole one had just replaced it. */
const LATE_PREVIEW = /404 .*\/files\/\w+\?v=p&/;

for (const looks of LOOKS)
  test(`one pasted key and one press make the first picture: ${Object.values(looks).join(", ")}`, () =>
    firstPicture(looks));

async function firstPicture(looks) {
  const server = await startServer();
  const visitor = await visit(browser, server, looks);
  const { page, t, faults } = visitor;
  await page.goto(`/setup?token=${server.token}`);
  await page.getByLabel(t("account.email")).fill(OWNER.email);
  await page.getByLabel(t("account.password"), { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: t("account.setup.action") }).click();

  const vendor = page.getByLabel(t("admin.first.vendor"));
  await vendor.waitFor();
  const first = await vendor.locator("option").first().textContent();
  assert.equal(first, looks.locale === "en" ? "OpenAI" : "阿里云百炼");
  await vendor.selectOption({ label: "OpenAI" });
  await page.getByText(t("admin.form.more")).click();
  await page.getByLabel(t("admin.form.address")).fill(vendors.addresses.openai);
  await page.getByLabel(t("admin.form.key"), { exact: true }).fill("sk-a-key-that-nobody-made");
  await page.getByRole("button", { name: t("admin.first.action") }).click();
  // The wrong key is told, and nothing is kept.
  await page.getByRole("button", { name: t("admin.form.saveAnyway") }).waitFor();
  await shoot(visitor, `first-key-refused-${looks.theme}`, { fullPage: true });
  await page.getByLabel(t("admin.form.key"), { exact: true }).fill(vendors.key);
  await page.getByRole("button", { name: t("admin.first.action") }).click();

  await page.getByRole("group", { name: t("create.tools") }).waitFor();
  const task = await press(visitor);
  assert.equal(task.taskType, "text_to_image");
  await resultShown(visitor);
  await shoot(visitor, `first-key-picture-${looks.theme}`);
  await vendorsPage(visitor, looks);
  assert.deepEqual(
    faults.filter((fault) => !LATE_PREVIEW.test(fault)),
    [],
  );
  await visitor.context.close();
  await server.stop();
}

/** The key is in use, shows only its end, can be tested, paused and removed. */
async function vendorsPage(visitor, { theme }) {
  const { page, t } = visitor;
  await page.goto("/account");
  await page.getByRole("link", { name: t("common.vendors") }).click();
  const card = page.getByRole("region", { name: "OpenAI", exact: true });
  await card.getByText(t("admin.providers.state.on"), { exact: true }).waitFor();
  assert.ok(!(await page.content()).includes(vendors.key));
  await card.getByText(vendors.key.slice(-4)).waitFor();
  await card.getByRole("button", { name: t("admin.providers.test"), exact: true }).click();
  await card.getByRole("button", { name: t("admin.providers.test"), exact: true }).waitFor();
  await shoot(visitor, `vendors-${theme}`, { fullPage: true });
  await card.getByRole("button", { name: t("admin.providers.change") }).click();
  await shoot(visitor, `vendors-change-${theme}`);
  await card.getByRole("button", { name: t("common.cancel") }).click();
  await card.getByRole("button", { name: t("admin.providers.pause") }).click();
  await card.getByText(t("admin.providers.paused")).waitFor();
  await card.getByText(t("admin.providers.state.noKey")).waitFor();
  await card.getByRole("button", { name: t("admin.providers.remove") }).click();
  await card.getByRole("button", { name: t("admin.providers.remove") }).click();
  await card.getByRole("button", { name: t("admin.providers.add") }).waitFor();
}

test("whoever is not the owner finds no page of vendors and no variables", async () => {
  const server = await startServer();
  const owner = await visit(browser, server, {});
  await owner.context.request.post("/api/auth/setup", { data: { token: server.token, ...OWNER } });
  const visitor = await visit(browser, server, { locale: "en" });
  await register(visitor, "member@example.com");
  const { page, t } = visitor;
  await page.goto("/admin/providers");
  await page.getByRole("heading", { name: t("common.notFound.title") }).waitFor();
  const catalogue = await (await visitor.context.request.get("/api/tools")).text();
  assert.ok(!catalogue.includes("API_KEY"));
  await server.stop();
});
