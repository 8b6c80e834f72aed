/** The page's own words, so that tests find things by what people read, in both languages. */
import { readdirSync, readFileSync } from "node:fs";

const locales = new URL("../../src/locales/", import.meta.url);

/** A translator for one language; plural keys are chosen by `count` as in the page. */
export function wordsOf(locale) {
  const words = {};
  const folder = new URL(`${locale}/`, locales);
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".json")))
    words[name.replace(".json", "")] = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  const find = (key) => key.split(".").reduce((place, part) => place?.[part], words);
  const plurals = new Intl.PluralRules(locale);
  return (key, values = {}) => {
    const text = find(key) ?? find(`${key}_${plurals.select(values.count ?? 0)}`) ?? find(`${key}_other`);
    if (typeof text !== "string") throw new Error(`no word for ${key} in ${locale}`);
    const filled = text.replace(/\{\{(\w+)\}\}/g, (whole, name) => `\0${values[name] ?? whole}\0`);
    return (locale === "zh-CN" ? spaced(filled) : filled).replaceAll("\0", "");
  };
}

/** Between our Chinese and the values in it, which \0 marks: a space beside Latin letters and digits, none beside others. */
function spaced(text) {
  const han = "[\\u3400-\\u9fff]";
  const wide = "[\\u3000-\\u303f\\u3400-\\u9fff\\uff00-\\uffef“”‘’…·]";
  const latin = "[\\p{Script=Latin}\\p{Number}]";
  return text
    .replace(new RegExp(`(${han}) ?(\\0${latin})`, "gu"), "$1 $2")
    .replace(new RegExp(`(${latin}\\0) ?(${han})`, "gu"), "$1 $2")
    .replace(new RegExp(`(${han}) (\\0${wide})`, "gu"), "$1$2")
    .replace(new RegExp(`(${wide}\\0) (${han})`, "gu"), "$1$2");
}
