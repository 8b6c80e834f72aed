/** How the words come: what goes wrong on the way is tried again, and of two switches the last one counts. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";

beforeEach(() => vi.resetModules());
afterEach(() => {
  for (const piece of ["./en/more", "./en/bundle", "./zh-CN/bundle"]) vi.doUnmock(piece);
});

it("fetches the further words again after that failed", async () => {
  vi.doMock("./en/more", () => {
    throw new Error("offline");
  });
  const { loadMoreWords, showLocale } = await import("./i18n");
  await showLocale("en");
  await expect(loadMoreWords()).rejects.toThrow();
  vi.doUnmock("./en/more");
  await expect(loadMoreWords()).resolves.toBeUndefined();
});

it("shows the last of two languages once either switch is over", async () => {
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  vi.doMock("./zh-CN/bundle", async (original) => {
    await arrived;
    return original();
  });
  const { showLocale } = await import("./i18n");
  const [first, second] = [showLocale("en"), showLocale("zh-CN")];
  let over = false;
  const ended = first.then(() => {
    over = true;
  });
  await import("./en/bundle");
  await new Promise((resolve) => setTimeout(resolve));
  expect(over).toBe(false);
  arrive();
  await Promise.all([ended, second]);
  expect(document.documentElement.lang).toBe("zh-CN");
});
