/** Photos go straight to the bucket, and through the server when it lets no page in. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setUpOwner } from "../support/accounts.mjs";
import { openBrowser, shoot, visit } from "../support/browser.mjs";
import { freePort, startBucket } from "../support/bucket.mjs";
import { madePicture } from "../support/pictures.mjs";
import { startServer } from "../support/server.mjs";
import { addPhotos, openCreate, photosReady } from "../support/studio.mjs";

let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

/** The owner of a studio with a bucket, and what the page asked for while it took a photo in. */
async function upload({ letsIn, device }) {
  const port = await freePort();
  const env = await startBucket(letsIn ? { origin: `http://localhost:${port}` } : {});
  const server = await startServer({ port, env });
  const visitor = await visit(browser, server, { device });
  await setUpOwner(visitor, server);
  await openCreate(visitor);
  const asked = [];
  visitor.page.on("request", (request) => {
    const url = new URL(request.url());
    const place = url.origin === env.S3_ENDPOINT ? "bucket" : url.pathname.replace(/upload_\w+/, "…");
    if (/bucket|uploads/.test(place)) asked.push(`${request.method()} ${place}`);
  });
  await addPhotos(visitor, [madePicture("waves.png", { width: 300, height: 200 })]);
  await photosReady(visitor);
  return { visitor, server, asked };
}

test("a photo goes straight to the bucket, and is shown by a link of the studio", async () => {
  const { visitor, server, asked } = await upload({ letsIn: true, device: "desktop" });
  assert.deepEqual(asked, ["POST /api/uploads/presign", "PUT bucket", "POST /api/uploads/…/complete"]);
  const shown = visitor.page.locator("img[src*='/files/']").first();
  await shown.waitFor();
  assert.ok(await shown.evaluate((picture) => picture.decode().then(() => picture.naturalWidth > 0)));
  assert.equal(await visitor.page.getByText(visitor.t("common.upload.detour")).count(), 0);
  assert.deepEqual(visitor.faults, []);
  await server.stop();
});

test("a bucket that lets no page in is gone round, with an explanation", async () => {
  const { visitor, server, asked } = await upload({ letsIn: false, device: "phone" });
  assert.deepEqual(asked, ["POST /api/uploads/presign", "PUT bucket", "POST /api/uploads"]);
  await visitor.page.getByText(visitor.t("common.upload.detour")).waitFor();
  await shoot(visitor, "detour");
  await addPhotos(visitor, [madePicture("more.png", { width: 200, height: 300, seed: 2 })]);
  await photosReady(visitor, 2);
  assert.deepEqual(asked.slice(3), ["POST /api/uploads"]);
  await server.stop();
});
