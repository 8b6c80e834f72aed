/** The before/after divider, moved as people move it and read from what is drawn. */
import assert from "node:assert/strict";

/** Drags the divider with a mouse, or a finger on touch screens, then moves it with the arrow keys. */
export async function compare({ page, device }, { viewer, divider }) {
  await viewer.scrollIntoViewIfNeeded();
  const knob = viewer.locator(".compare-knob");
  const from = centre(await knob.boundingBox());
  const frame = await viewer.boundingBox();
  const to = { x: frame.x + frame.width * 0.2, y: from.y };
  if (device === "desktop") await dragWithMouse(page, from, to);
  else await dragWithFinger(page, from, to);
  const dragged = Number(await divider.inputValue());
  assert.ok(dragged >= 10 && dragged <= 32, `the divider was dragged to about 20 %, not ${dragged}`);
  await divider.focus();
  for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press("ArrowRight");
  assert.equal(Number(await divider.inputValue()), dragged + 3);
  // Both pictures are really there, in the shape of one.
  const drawn = await viewer
    .locator("img")
    .evaluateAll((pictures) => pictures.map((picture) => picture.complete && picture.naturalWidth > 0));
  assert.deepEqual(drawn, [true, true]);
}

async function dragWithMouse(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
}

async function dragWithFinger(page, from, to) {
  const finger = await page.context().newCDPSession(page);
  const touch = (type, touchPoints) => finger.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", [from]);
  for (let step = 1; step <= 5; step += 1)
    await touch("touchMove", [{ x: from.x + ((to.x - from.x) * step) / 5, y: from.y }]);
  await touch("touchEnd", []);
  await finger.detach();
}

function centre(box) {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
