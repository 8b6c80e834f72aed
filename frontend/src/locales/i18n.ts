/**
 * The page's words. Each language is one lazily loaded piece, so that a visitor loads only what they
 * read. Keys and their existence are checked by the compiler against zh-CN, the first language; plural
 * forms come from Intl. A general i18n library would be a tenth of the first route for this.
 */
import { useSyncExternalStore } from "react";
import { HERE, recall, remember } from "@/services/preferences";
import type { Locale } from "@/utils/formatting";
import type first from "./zh-CN/bundle";
import type more from "./zh-CN/more";

export const LOCALES: { code: Locale; name: string }[] = [
  { code: "zh-CN", name: "简体中文" },
  { code: "en", name: "English" },
];

type Leaves<T, Path extends string = ""> = {
  [K in keyof T & string]: T[K] extends string ? `${Path}${K}` : Leaves<T[K], `${Path}${K}.`>;
}[keyof T & string];

/** “file.section.name”; plural endings (`_one`, `_other`) are added by `count`. */
type TextKey = Leaves<typeof first> | Leaves<typeof more>;
type TextValues = Record<string, string | number>;
export type TFunction = (key: TextKey, values?: TextValues) => string;

type Words = { [key: string]: string | Words };

type Bundles = Record<Locale, () => Promise<{ default: Words }>>;

/** What the first page says. */
const firstWords: Bundles = { "zh-CN": () => import("./zh-CN/bundle"), en: () => import("./en/bundle") };
/** What only the pages beyond it say. */
const furtherWords: Bundles = { "zh-CN": () => import("./zh-CN/more"), en: () => import("./en/more") };

type Translation = { t: TFunction; language: Locale };

let current: Translation = { t: (key) => key, language: "zh-CN" };
const listeners = new Set<() => void>();

/** The words of the chosen language; components using it follow a switch at once. */
export function useTranslation(): Translation {
  return useSyncExternalStore(subscribe, () => current);
}

let moreWords: Promise<void> | null = null;
let wanted: Locale = current.language;
let switching: Promise<void> | undefined;

/** Fetches the words of the pages beyond the first, from then on in each language; again after it failed. */
export function loadMoreWords(): Promise<void> {
  moreWords ??= Promise.resolve()
    .then(() => showLocale(wanted))
    .catch((reason: unknown) => {
      moreWords = null;
      throw reason;
    });
  return moreWords;
}

/** Loads a language and shows the page in it, or in the one that was chosen meanwhile. */
export function showLocale(language: Locale): Promise<void> {
  wanted = language;
  switching = switchTo(language);
  return switching;
}

async function switchTo(language: Locale): Promise<void> {
  const parts = await Promise.all([firstWords[language](), moreWords && furtherWords[language]()]);
  // Of two switches in a row the later one counts, whichever arrives first.
  if (wanted !== language) return switching;
  const words: Words = Object.assign({}, ...parts.map((part) => part?.default));
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
    const filled = (_: string, before: string, name: string, after: string, at: number, whole: string) => {
      const value = String(values[name] ?? "");
      if (language !== "zh-CN") return before + value + after;
      const next = whole[at + before.length + name.length + 4 + after.length];
      return spaced(whole[at - 1], before, value) + value + spaced(next, after, value, true);
    };
    return text.replace(/( ?)\{\{(\w+)\}\}( ?)/g, filled);
  };
}

/**
 * What stands between our Chinese and a value: one space where Han meets Latin or digits, none between Han and Han, nor
 * beside a sign of punctuation, which has its own room. Between two values it stays as written.
 */
function spaced(neighbour: string | undefined, written: string, value: string, behind = false): string {
  const edge = behind ? value.at(-1) : value[0];
  if (!neighbour || !edge || neighbour === "}" || neighbour === "{") return written;
  if (!HAN.test(neighbour)) return WIDE_SIGN.test(neighbour) ? "" : written;
  if (HAN.test(edge) || WIDE_SIGN.test(edge)) return "";
  return LATIN.test(edge) ? " " : written;
}

const HAN = /\p{Script=Han}/u;
const LATIN = /[\p{Script=Latin}\p{Number}]/u;
const WIDE_SIGN = /[\u3000-\u303f\uff00-\uffef“”‘’…·]/;

/** Switches to what an account chose. It goes with the account and not with the device, whose next user chose nothing. */
export async function showAccountLocale(language: Locale): Promise<void> {
  remember("locale", null);
  await showLocale(language);
}

/** The locale this page has for a language tag: every Chinese is zh-CN; null for languages we lack. */
export function toLocale(tag: string | null | undefined): Locale | null {
  if (!tag) return null;
  if (/^zh\b/i.test(tag)) return "zh-CN";
  if (/^en\b/i.test(tag)) return "en";
  return null;
}

/** The device's choice, then that of the account that is in, then what the browser asks for, then Chinese. */
export function preferredLocale(): Locale {
  const asked = navigator.languages.map(toLocale).find((locale) => locale !== null);
  return toLocale(recall("locale")) ?? toLocale(recall(HERE)) ?? asked ?? "zh-CN";
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
