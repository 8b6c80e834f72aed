/** Chromium, and pages of it on the devices, languages and themes that we promise. */
import { chromium } from "playwright-core";
import { watch } from "./watch.mjs";
import { wordsOf } from "./words.mjs";

const PATIENCE_MS = 20_000;

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const DEVICES = {
  desktop: { viewport: { width: 1440, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  narrow: { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true },
};

export function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** A visitor of their own: own cookies, own storage. Gives the page, its words and what went wrong in it. */
export async function visit(browser, server, { device = "desktop", locale = "zh-CN", theme = "light" } = {}) {
  const context = await browser.newContext({
    ...DEVICES[device],
    baseURL: server.url,
    locale,
    colorScheme: theme,
    acceptDownloads: true,
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const faults = await watch(context);
  return { context, page: await context.newPage(), t: wordsOf(locale), locale, device, faults };
}

/** For the eye, when SHOTS names a folder: what the page looked like at this point. */
export async function shoot({ page, device, locale }, name, options = {}) {
  const folder = process.env.SHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}-${device}-${locale}.png`, ...options });
}
