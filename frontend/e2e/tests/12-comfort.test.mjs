/** For fingers, keyboards and those who want less motion: what a rule for single parts cannot promise. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { studioForTests } from "../support/harness.mjs";
import { chelsea, madePicture } from "../support/pictures.mjs";
import { addPhotos, finished, openCreate, photosReady, press, resultShown } from "../support/studio.mjs";
import { createTask, QUICK } from "../support/tasks.mjs";

const TOUCH_PX = 44;
/** More stops than any page has. */
const MOST_TABS = 120;

const studio = studioForTests();

/** A finished task of two pictures on the create page, and a single one beside it. */
async function enterWithWork(looks) {
  const visitor = await studio.enter(looks);
  await finished(visitor, (await createTask(visitor, QUICK)).id);
  await openCreate(visitor);
  await addPhotos(visitor, [chelsea(), madePicture("waves.png", { width: 400, height: 300 })]);
  await photosReady(visitor, 2);
  const task = await press(visitor);
  await resultShown(visitor);
  return { ...visitor, paths: ["/history", `/tasks/${task.id}`, "/credits", "/account"] };
}

test("everything that is pressed with a finger is 44 pixels large", async () => {
  const { page, paths } = await enterWithWork({ device: "phone" });
  const small = await tooSmall(page, "/");
  for (const path of paths) {
    await open(page, path);
    small.push(...(await tooSmall(page, path)));
  }
  assert.deepEqual(small, []);
});

for (const device of ["desktop", "phone"]) {
  test(`what has the focus is never hidden under a bar: ${device}`, async () => {
    const { page, paths } = await enterWithWork({ device });
    const hidden = await hiddenFocus(page, "/");
    for (const path of paths) {
      await open(page, path);
      hidden.push(...(await hiddenFocus(page, path)));
    }
    assert.deepEqual(hidden, []);
  });
}

test("who asks for less motion gets none", async () => {
  const { page } = await studio.enter();
  await page.goto("/");
  const moving = await page.evaluate(() => {
    const sample = document.createElement("div");
    sample.className = "animate-spin transition-transform duration-300";
    document.body.append(sample);
    const { animationDuration, animationIterationCount, transitionDuration } = getComputedStyle(sample);
    return [
      Number.parseFloat(animationDuration),
      animationIterationCount,
      Number.parseFloat(transitionDuration),
    ];
  });
  assert.ok(moving[0] < 0.001 && moving[1] === "1" && moving[2] < 0.001, String(moving));
});

test("the sheet of shortcuts opens by its key and closes by Escape, with the focus back where it was", async () => {
  const { page, t } = await studio.enter();
  await openCreate({ page, t });
  const tool = page.getByRole("radio").first();
  await tool.focus();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: t("common.shortcuts.title") });
  await sheet.getByText(t("common.shortcuts.undo")).waitFor();
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  assert.ok(await tool.evaluate((element) => element === document.activeElement));
});

test("the key for searching leads to the search box from any page", async () => {
  const { page, t } = await studio.enter();
  const box = page.getByRole("searchbox", { name: t("tasks.search") });
  for (const path of ["/", "/credits", "/history"]) {
    await page.goto(path);
    await page.locator("main h1").first().waitFor();
    await page.keyboard.press("/");
    await box.waitFor();
    await page.keyboard.type("x");
    assert.equal(await box.inputValue(), "x", path);
  }
});

/** Until nothing moves any more: what is measured must have its place. */
async function open(page, path) {
  await page.goto(path);
  await page.locator("main h1").first().waitFor();
  await page.waitForFunction(() =>
    [...document.images].every((picture) => picture.loading === "lazy" || picture.complete),
  );
}

/** Links inside a sentence may be as tall as its line (WCAG 2.5.8); a label counts for its control. */
function tooSmall(page, path) {
  return page.evaluate(
    ([least, where]) => {
      const controls = document.querySelectorAll("a[href], button, select, summary, input, textarea");
      return [...controls]
        .filter((control) => control.checkVisibility() && !control.matches("p a"))
        .flatMap((control) => {
          const target = control.closest("label") ?? control;
          const { width, height } = target.getBoundingClientRect();
          const offScreen = target.getBoundingClientRect().bottom < 0;
          const name = control.getAttribute("aria-label") ?? target.textContent;
          const small = Math.min(width, height) < least - 0.5;
          return small && !offScreen ? [`${where} ${name}: ${width} × ${height}`] : [];
        });
    },
    [TOUCH_PX, path],
  );
}

async function hiddenFocus(page, path) {
  const hidden = [];
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(async () => {
      // Even the shortest transition takes some frames.
      await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
      const focused = document.activeElement;
      if (!focused || focused === document.body) return null;
      const shown = focused.closest("label") ?? focused;
      const { left, top, right, bottom } = shown.getBoundingClientRect();
      const middle = [(left + right) / 2, (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2];
      const there = document.elementFromPoint(...middle);
      const seen = there !== null && (shown.contains(there) || there.contains(shown));
      return { seen, name: focused.getAttribute("aria-label") ?? shown.textContent ?? focused.tagName };
    });
    if (stop === null) return hidden;
    if (!stop.seen) hidden.push(`${path} ${stop.name}`);
  }
  return hidden;
}
