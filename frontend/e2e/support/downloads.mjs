/** What arrives on disk, judged by decoding it: a file name proves nothing. */
import { readFile } from "node:fs/promises";

/** Presses a download link and gives the picture's size as the browser's own decoder sees it. */
export async function download(page, link) {
  const [arrival] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const bytes = await readFile(await arrival.path());
  const size = await page.evaluate(async (base64) => {
    const raw = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([raw]));
    return { width: picture.width, height: picture.height };
  }, bytes.toString("base64"));
  return { name: arrival.suggestedFilename(), bytes: bytes.length, ...size };
}
