/**
 * The page's words. Each language is one lazily loaded piece, so that a visitor loads only what they
 * read. Keys and their existence are checked by the compiler against zh-CN, the first language; plural
 * forms come from Intl. A general i18n library would be a tenth of the first route for this.
 */
import { useSyncExternalStore } from "react";
import { recall, remember } from "@/services/preferences";
import type { Locale } from "@/utils/formatting";
import type zhCN from "./zh-CN/bundle";

export const LOCALES: { code: Locale; name: string }[] = [
  { code: "zh-CN", name: "简体中文" },
  { code: "en", name: "English" },
];

type Leaves<T, Path extends string = ""> = {
  [K in keyof T & string]: T[K] extends string ? `${Path}${K}` : Leaves<T[K], `${Path}${K}.`>;
}[keyof T & string];

/** “file.section.name”; plural endings (`_one`, `_other`) are added by `count`. */
type TextKey = Leaves<typeof zhCN>;
type TextValues = Record<string, string | number>;
export type TFunction = (key: TextKey, values?: TextValues) => string;

type Words = { [key: string]: string | Words };

const bundles: Record<Locale, () => Promise<{ default: Words }>> = {
  "zh-CN": () => import("./zh-CN/bundle"),
  en: () => import("./en/bundle"),
};

type Translation = { t: TFunction; language: Locale };

let current: Translation = { t: (key) => key, language: "zh-CN" };
const listeners = new Set<() => void>();

/** The words of the chosen language; components using it follow a switch at once. */
export function useTranslation(): Translation {
  return useSyncExternalStore(subscribe, () => current);
}

/** Loads a language and shows the page in it. */
export async function showLocale(language: Locale): Promise<void> {
  const { default: words } = await bundles[language]();
  current = { language, t: createTranslator(words, language) };
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

/** Switches without a reload and remembers the choice. */
export async function changeLocale(language: Locale): Promise<void> {
  remember("locale", language);
  await showLocale(language);
}

export function createTranslator(words: Words, language: Locale): TFunction {
  const plurals = new Intl.PluralRules(language);
  return (key, values = {}) => {
    const { count } = values;
    const form = typeof count === "number" ? lookUp(words, `${key}_${plurals.select(count)}`) : undefined;
    const text = form ?? lookUp(words, key) ?? lookUp(words, `${key}_other`) ?? key;
    return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ""));
  };
}

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

function lookUp(words: Words, key: string): string | undefined {
  let place: string | Words | undefined = words;
  for (const part of key.split(".")) place = typeof place === "object" ? place[part] : undefined;
  return typeof place === "string" ? place : undefined;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
