/**
 * The page's languages. zh-CN is the first and the fallback; each language is one lazily loaded piece,
 * so that a visitor loads only the words they read.
 */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { recall, remember } from "@/services/preferences";
import type { Locale } from "@/utils/formatting";
import type zhCN from "./zh-CN/bundle";

export const LOCALES: { code: Locale; name: string }[] = [
  { code: "zh-CN", name: "简体中文" },
  { code: "en", name: "English" },
];

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof zhCN };
  }
}

const bundles: Record<Locale, () => Promise<{ default: object }>> = {
  "zh-CN": () => import("./zh-CN/bundle"),
  en: () => import("./en/bundle"),
};

/** The locale this page has for a language tag: every Chinese is zh-CN; null for languages we lack. */
export function toLocale(tag: string | null | undefined): Locale | null {
  if (!tag) return null;
  if (/^zh\b/i.test(tag)) return "zh-CN";
  if (/^en\b/i.test(tag)) return "en";
  return null;
}

/** The visitor's choice, then what the browser asks for, then Chinese. */
export function preferredLocale(): Locale {
  const asked = navigator.languages.map(toLocale).find((locale) => locale !== null);
  return toLocale(recall("locale")) ?? asked ?? "zh-CN";
}

export async function initI18n(locale: Locale = preferredLocale()): Promise<void> {
  const { default: translation } = await bundles[locale]();
  await i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: "zh-CN",
    resources: { [locale]: { translation } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = locale;
}

/** Switches without a reload and remembers the choice. */
export async function changeLocale(locale: Locale): Promise<void> {
  if (!i18next.hasResourceBundle(locale, "translation")) {
    const { default: translation } = await bundles[locale]();
    i18next.addResourceBundle(locale, "translation", translation);
  }
  remember("locale", locale);
  document.documentElement.lang = locale;
  await i18next.changeLanguage(locale);
}
