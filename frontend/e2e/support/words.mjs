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
    return text.replace(/\{\{(\w+)\}\}/g, (whole, name) => String(values[name] ?? whole));
  };
}
