/** Each refused file is named with the reason and the limit; good ones are taken all the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { studioForTests } from "../support/harness.mjs";
import { chelsea, madePicture } from "../support/pictures.mjs";
import { addPhotos, openCreate, photosReady } from "../support/studio.mjs";

const studio = studioForTests({ env: { MAX_FILE_SIZE_MB: "1" } });
const TYPES = "JPEG / PNG / WebP / GIF";

/** Bytes of a file type by its first bytes, the rest being of no matter. */
function headed(name, head, size = 64) {
  const buffer = Buffer.alloc(size);
  buffer.write(head, 0, "latin1");
  return { name, mimeType: "application/octet-stream", buffer };
}

const BAD = [
  { file: headed("phone.heic", "\0\0\0\x18ftypheic"), key: "heic" },
  { file: headed("drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"), key: "type", detected: "SVG" },
  { file: headed("paper.pdf", "%PDF-1.7"), key: "type", detected: "PDF" },
  {
    file: headed("huge.png", "\x89PNG\r\n\x1a\n", 2 * 1024 * 1024),
    key: "size",
    size: "2 MB",
    limit: "1 MB",
  },
  { file: { ...headed("nothing.png", ""), buffer: Buffer.alloc(0) }, key: "empty" },
];

for (const locale of ["zh-CN", "en"]) {
  test(`a wrong file is refused with its name, the reason and the limit: ${locale}`, async () => {
    const visitor = await studio.enter({ locale });
    const { page, t } = visitor;
    await openCreate(visitor);
    for (const { file, key, ...values } of BAD) {
      await addPhotos(visitor, [file]);
      const alert = page.getByRole("alert").filter({ hasText: file.name });
      const said = t(`common.upload.refused.${key}`, { name: file.name, allowed: TYPES, ...values });
      assert.equal((await alert.textContent()).trim(), said);
      await page.getByRole("button", { name: t("common.dismiss") }).click();
    }
    assert.equal(await page.getByRole("list", { name: t("common.upload.list") }).count(), 0);
    assert.deepEqual(visitor.faults, []);
  });

  test(`a damaged picture is refused by the server in the reader's language: ${locale}`, async () => {
    const visitor = await studio.enter({ locale });
    const { page, t } = visitor;
    await openCreate(visitor);
    const whole = chelsea().buffer;
    await addPhotos(visitor, [
      { name: "torn.png", mimeType: "image/png", buffer: whole.subarray(0, whole.length / 3) },
    ]);
    const row = page.getByRole("list", { name: t("common.upload.list") }).getByRole("listitem");
    const said = await row.getByRole("alert").textContent();
    assert.match(said, /torn\.png/);
    assert.match(said, locale === "en" ? /[a-z]{3}/ : /[\u4e00-\u9fff]/);
    await row.getByRole("button", { name: t("common.upload.removeOne", { name: "torn.png" }) }).click();
    await row.waitFor({ state: "detached" });
    await page.getByText(t("create.needsPhoto")).waitFor();
  });
}

test("of too many files the first are kept, and the others named", async () => {
  const visitor = await studio.enter();
  const { page, t } = visitor;
  await openCreate(visitor);
  const input = page.locator("input[type=file]:not([capture])").first();
  assert.ok(await input.evaluate((element) => element.multiple));
  const names = Array.from({ length: 7 }, (_, index) => `photo-${index + 1}.png`);
  await addPhotos(
    visitor,
    names.map((name, seed) => madePicture(name, { seed })),
  );
  await photosReady(visitor, 5);
  const kept = page.getByRole("list", { name: t("common.upload.list") }).getByRole("listitem");
  assert.equal(await kept.count(), 5);
  for (const name of names.slice(5))
    await page.getByText(t("common.upload.refused.count", { name, limit: 5 })).waitFor();
});

test("the same file can be chosen again after it was taken away, and twice if one likes", async () => {
  const visitor = await studio.enter();
  const { page, t } = visitor;
  await openCreate(visitor);
  await addPhotos(visitor, [chelsea()]);
  await photosReady(visitor);
  await page.getByRole("button", { name: t("common.upload.removeOne", { name: "chelsea.png" }) }).click();
  await page.getByText(t("create.needsPhoto")).waitFor();
  await addPhotos(visitor, [chelsea()]);
  await photosReady(visitor);
  await addPhotos(visitor, [chelsea()]);
  await photosReady(visitor, 2);
});
