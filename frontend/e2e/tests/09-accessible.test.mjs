/** Every page, in both themes and languages, without a violation that axe can find; and nothing to scroll sideways. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { violations } from "../support/axe.mjs";
import { shoot } from "../support/browser.mjs";
import { studioForTests } from "../support/harness.mjs";
import { chelsea } from "../support/pictures.mjs";
import { finished } from "../support/studio.mjs";
import { createTask, QUICK } from "../support/tasks.mjs";

const STUDIO = [
  "/",
  "/history",
  "/history?q=nothing",
  "/credits",
  "/account",
  "/admin/providers",
  "/admin/doctor",
  "/first-key",
  "/no-such-page",
];
const DOORS = ["/login", "/register", "/setup", "/forgot-password"];

const studio = studioForTests();

/** A phone draws other parts, but the same colours and words: two walks show each of both. */
const LOOKS = [
  ...["light", "dark"].flatMap((theme) =>
    ["zh-CN", "en"].map((locale) => ({ device: "desktop", theme, locale })),
  ),
  { device: "phone", theme: "light", locale: "zh-CN" },
  { device: "phone", theme: "dark", locale: "en" },
];

for (const looks of LOOKS)
  test(`every page passes axe: ${Object.values(looks).join(", ")}`, () => walk(looks));

async function walk(looks) {
  const visitor = await studio.enter(looks);
  const task = await createTask(visitor, { ...QUICK, picture: chelsea() });
  await finished(visitor, task.id);
  const found = [];
  for (const path of [...STUDIO, `/tasks/${task.id}`]) found.push(...(await check(visitor, path, looks)));
  const stranger = await studio.visit(looks);
  for (const path of DOORS) found.push(...(await check(stranger, path, looks)));
  assert.deepEqual(found, []);
  assert.deepEqual([...visitor.faults, ...stranger.faults], []);
  await visitor.context.close();
  await stranger.context.close();
}

async function check(visitor, path, { theme }) {
  const { page } = visitor;
  await page.goto(path);
  await page.locator("h1").first().waitFor();
  await page.waitForFunction(() =>
    [...document.images].every((picture) => picture.loading === "lazy" || picture.complete),
  );
  const name = path.startsWith("/tasks/") ? "task" : path.replaceAll(/\W+/g, "-").replace(/^-$/, "-create");
  await shoot(visitor, `page${name}-${theme}`);
  return (await violations(page)).map((violation) => `${path} ${violation}`);
}
