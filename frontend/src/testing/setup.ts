/** What every unit test starts from: Chinese words, a mock of the network that refuses the unexpected, clean stores. */
import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";
import { loadMoreWords, showLocale } from "@/locales/i18n";
import { clearPresses } from "@/services/presses";
import { dismissToast, getToasts } from "@/services/toasts";
import { server } from "./server";

// What is looked for is waited for, also on a machine that has other work: the first second may go into loading a part.
configure({ asyncUtilTimeout: 4_000 });

// jsdom lays nothing out and owns no pictures.
URL.createObjectURL = () => "blob:preview";
URL.revokeObjectURL = () => undefined;
window.scrollTo = () => undefined;
window.matchMedia = (query) =>
  ({
    matches: false,
    media: query,
    addEventListener() {},
    removeEventListener() {},
  }) as unknown as MediaQueryList;

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  // Somebody logged in here before; tests of strangers forget it.
  localStorage.setItem("danqing.here", "1");
  return Promise.all([loadMoreWords(), showLocale("zh-CN")]);
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
  localStorage.clear();
  clearPresses();
  for (const { id } of getToasts()) dismissToast(id);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
afterAll(() => server.close());
