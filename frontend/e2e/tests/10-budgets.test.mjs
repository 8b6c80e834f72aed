/** What the page may weigh, how little it may move, and how narrow it may become. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { studioForTests } from "../support/harness.mjs";
import { chelsea, madePicture } from "../support/pictures.mjs";
import { addPhotos, finished, openCreate, photosReady, press, resultShown } from "../support/studio.mjs";
import { createTask, QUICK } from "../support/tasks.mjs";

const FIRST_ROUTE_LIMIT_BYTES = 130_000;
const SHIFT_LIMIT = 0.02;
const assets = new URL("../../dist/assets/", import.meta.url);

const studio = studioForTests();

test("the create page loads at most 130 kB of scripts and styles, brotli", async () => {
  const visitor = await studio.enter();
  const loaded = new Set();
  visitor.page.on("response", (answer) => {
    const name = /\/assets\/([^/]+\.(?:js|css))$/.exec(new URL(answer.url()).pathname)?.[1];
    if (name) loaded.add(name);
  });
  await openCreate(visitor);
  const known = new Set(readdirSync(assets));
  const bytes = [...loaded]
    .filter((name) => known.has(name))
    .reduce((sum, name) => sum + brotliCompressSync(readFileSync(new URL(name, assets))).length, 0);
  assert.ok(loaded.size > 0);
  console.log(`first route: ${bytes} bytes in ${loaded.size} files`);
  assert.ok(bytes <= FIRST_ROUTE_LIMIT_BYTES, `${bytes} bytes`);
});

const LAID_OUT = {
  "a result arrives": [chelsea()],
  "two results arrive": [chelsea(), madePicture("waves.png", { width: 400, height: 300 })],
};

for (const device of ["desktop", "phone"])
  for (const [what, photos] of Object.entries(LAID_OUT)) nothingJumps(device, what, photos);

function nothingJumps(device, what, photos) {
  test(`nothing jumps while ${what}: ${device}`, async () => {
    const visitor = await studio.enter({ device });
    const { page } = visitor;
    await page.addInitScript(() => {
      window.shifts = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value);
      }).observe({ type: "layout-shift", buffered: true });
    });
    await openCreate(visitor);
    await addPhotos(visitor, photos);
    await photosReady(visitor, photos.length);
    await page.evaluate(() => window.shifts.splice(0));
    await press(visitor);
    await resultShown(visitor);
    await page.waitForFunction(() =>
      [...document.images].every((picture) => picture.loading === "lazy" || picture.complete),
    );
    const shift = await page.evaluate(() => window.shifts.reduce((sum, value) => sum + value, 0));
    console.log(`layout shift while ${what}, ${device}: ${shift.toFixed(4)}`);
    assert.ok(shift <= SHIFT_LIMIT, `layout shift ${shift}`);
    assert.deepEqual(visitor.faults, []);
  });
}

for (const locale of ["zh-CN", "en"]) {
  test(`no page scrolls sideways on a screen of 320 pixels: ${locale}`, async () => {
    const visitor = await studio.enter({ device: "narrow", locale });
    const task = await createTask(visitor, QUICK);
    await finished(visitor, task.id);
    const stranger = await studio.visit({ device: "narrow", locale });
    const wide = [];
    for (const path of [
      "/",
      "/history",
      "/credits",
      "/account",
      "/admin/providers",
      "/first-key",
      `/tasks/${task.id}`,
    ])
      wide.push(...(await tooWide(visitor.page, path)));
    for (const path of ["/login", "/register", "/setup"]) wide.push(...(await tooWide(stranger.page, path)));
    assert.deepEqual(wide, []);
  });
}

async function tooWide(page, path) {
  await page.goto(path);
  await page.locator("h1").first().waitFor();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  return width > 320 ? [`${path} is ${width} pixels wide`] : [];
}
