import { describe, expect, it } from "vitest";
import en from "./en/bundle";
import { createTranslator, toLocale } from "./i18n";
import zh from "./zh-CN/bundle";

type Words = { [key: string]: string | Words };

function flatten(words: Words, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "string" ? [[path + key, value] as [string, string]] : flatten(value, `${path}${key}.`),
  );
}
const base = (key: string) => key.replace(/_(one|other)$/, "");
const slots = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();

describe("zh-CN and en", () => {
  const chinese = flatten(zh);
  const english = flatten(en);
  it("have the same keys", () => {
    const keys = (words: [string, string][]) => [...new Set(words.map(([key]) => base(key)))].sort();
    expect(keys(english)).toEqual(keys(chinese));
  });
  it("fill the same slots", () => {
    const wanted = new Map(chinese.map(([key, text]) => [base(key), slots(text)]));
    for (const [key, text] of english) expect([key, slots(text)]).toEqual([key, wanted.get(base(key))]);
  });
  it("leave nothing empty, and English holds no Chinese", () => {
    for (const [key, text] of [...chinese, ...english]) expect([key, text.trim()]).not.toEqual([key, ""]);
    for (const [key, text] of english) expect([key, /[\u3400-\u9fff]/.test(text)]).toEqual([key, false]);
  });
});

describe("the translator", () => {
  it("picks the plural form", () => {
    const t = createTranslator(en, "en");
    expect(t("common.price", { count: 1 })).toBe("1 credit");
    expect(t("common.price", { count: 3 })).toBe("3 credits");
    expect(createTranslator(zh, "zh-CN")("common.price", { count: 3 })).toBe("3 积分");
  });
  it("never prints “undefined” for a missing value", () => {
    expect(createTranslator(en, "en")("common.upload.removeOne")).toBe("Remove ");
  });
});

it("every Chinese is zh-CN, and a language we lack is none", () => {
  expect(toLocale("zh-Hant-TW")).toBe("zh-CN");
  expect(toLocale("zh")).toBe("zh-CN");
  expect(toLocale("en-GB")).toBe("en");
  expect(toLocale("fr")).toBeNull();
});
