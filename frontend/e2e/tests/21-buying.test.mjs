/** Credits are bought through a stand-in of Stripe's Checkout, and arrive when Stripe says that they are paid. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { violations } from "../support/axe.mjs";
import { shoot } from "../support/browser.mjs";
import { studioForTests } from "../support/harness.mjs";
import { besideServer, endWithTests } from "../support/server.mjs";

const SECRET = "whsec_ofthebrowsertest";
const studio = studioForTests({
  env: async () => {
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const program = ["--webhook", `http://127.0.0.1:${port}/api/webhooks/stripe`, "--secret", SECRET];
    const child = spawn(besideServer("fake-stripe"), program, { stdio: ["ignore", "pipe", "inherit"] });
    endWithTests(child);
    const [stripe] = await once(createInterface({ input: child.stdout }), "line");
    const account = {
      STRIPE_SECRET_KEY: "sk_test_fake",
      STRIPE_WEBHOOK_SECRET: SECRET,
      STRIPE_BASE_URL: stripe,
    };
    return { ...account, PORT: String(port), DOMAIN: url };
  },
});

for (const looks of [
  { device: "desktop", locale: "zh-CN", theme: "light" },
  { device: "phone", locale: "en", theme: "dark" },
]) {
  test(`a pack is bought, or not: ${looks.device}, ${looks.locale}`, async () => {
    const visitor = await studio.newcomer(looks);
    const { page, t } = visitor;
    const buy = page.getByRole("button", { name: new RegExp(t("credits.shop.credits", { credits: "500" })) });
    await page.goto("/credits");
    await buy.waitFor();
    await shoot(visitor, "shop", { fullPage: true });
    assert.deepEqual(await violations(page), []);
    await buy.click();
    await page.getByRole("button", { name: "Back" }).click();
    await page.getByText(t("credits.returned.cancelled"), { exact: true }).waitFor();
    await buy.click();
    await page.getByRole("button", { name: "Pay", exact: true }).click();
    await page.getByText(t("credits.returned.paid", { credits: "550" })).waitFor();
    await page.getByRole("link", { name: new RegExp(t("credits.payments.receipt")) }).waitFor();
    await page
      .getByRole("link", { name: t("common.balanceLabel", { count: 560, credits: "560" }) })
      .waitFor();
    await shoot(visitor, "bought", { fullPage: true });
    assert.deepEqual(visitor.faults, []);
  });
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}
