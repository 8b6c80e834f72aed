import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TASK_STATUSES } from "@shared/constants/status-codes";
import { describe, expect, it } from "vitest";
import { ADVICE, OWN_TITLES } from "@/components/common/error-words";
import { FAILURES } from "@/components/results/FailureNote";
import { EXAMPLES } from "@/features/create/examples";
import { SAMPLES } from "@/features/create/Samples";
import { THEMES } from "@/hooks/useTheme";
import { TRANSACTION_TYPES } from "@/services/paths";
import { SHORTCUTS } from "@/services/shortcuts";
import firstEn from "./en/bundle";
import moreEn from "./en/more";
import { createTranslator, toLocale } from "./i18n";
import firstZh from "./zh-CN/bundle";
import moreZh from "./zh-CN/more";

const en = { ...firstEn, ...moreEn };
const zh = { ...firstZh, ...moreZh };

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
  it("write Chinese with one space beside Latin letters and digits, and none before a wide sign", () => {
    const crowded =
      /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}|\s[，。：；！？、）”]|[，。：；！？、（“]\s/u;
    for (const [key, text] of chinese) expect([key, text.match(crowded)?.[0]]).toEqual([key, undefined]);
  });
  it("leave nothing empty, and English holds no Chinese", () => {
    for (const [key, text] of [...chinese, ...english]) expect([key, text.trim()]).not.toEqual([key, ""]);
    for (const [key, text] of english) expect([key, /[\u3400-\u9fff]/.test(text)]).toEqual([key, false]);
  });
});

/** Keys that the code builds from parts: what they begin with, and every ending they can have. */
const BUILT: Record<string, readonly string[]> = {
  "account.role.": ["owner", "user"],
  "admin.doctor.state.": ["ok", "warning", "failure"],
  "admin.providers.state.": ["on", "noKey", "noAddress", "failed", "resting"],
  "common.shortcuts.": SHORTCUTS.map(({ id }) => id),
  "common.theme.": THEMES,
  "create.empty.sample.": SAMPLES,
  "create.examples.": Object.values(EXAMPLES)
    .flat()
    .flatMap((id) => [`${id}.title`, `${id}.text`]),
  "credits.payments.status.": ["open", "processing", "paid", "failed", "expired", "refused"],
  "credits.type.": TRANSACTION_TYPES,
  "errors.advice.": ADVICE,
  "errors.title.": OWN_TITLES,
  "tasks.failure.": FAILURES,
  "tasks.mark.": ["generated", "edited", "enhanced"],
  "tasks.progress.": ["starting", "saving", "cancelling"],
  "tasks.status.": TASK_STATUSES,
};

describe("every word is used", () => {
  const source = readSource();
  const files = Object.keys(zh).join("|");
  const found = (pattern: string) => [...source.matchAll(new RegExp(pattern, "g"))].map((match) => match[1]);
  it("where keys are built, by the endings listed here", () => {
    const prefixes = found(`\`((?:${files})\\.[\\w.]*)\\$\\{`);
    expect([...new Set(prefixes)].sort()).toEqual(Object.keys(BUILT).sort());
  });
  it("and what no code asks for is gone", () => {
    const written = found(`"((?:${files})\\.[\\w.]+)"`);
    const built = Object.entries(BUILT).flatMap(([prefix, ends]) => ends.map((end) => prefix + end));
    const asked = new Set([...written, ...built]);
    expect(flatten(zh).filter(([key]) => !asked.has(base(key)))).toEqual([]);
    const known = new Set(flatten(zh).map(([key]) => base(key)));
    expect(built.filter((key) => !known.has(key))).toEqual([]);
  });
});

/** All code of the page as one text, without tests. */
function readSource(): string {
  const root = join(import.meta.dirname, "..");
  const names = readdirSync(root, { recursive: true, encoding: "utf8" });
  const code = names.filter((name) => /\.tsx?$/.test(name) && !/\.test\.|^testing/.test(name));
  return code.map((name) => readFileSync(join(root, name), "utf8")).join("\n");
}

describe("the translator", () => {
  it("picks the plural form", () => {
    const t = createTranslator(en, "en");
    expect(t("common.price", { count: 1 })).toBe("1 credit");
    expect(t("common.price", { count: 3 })).toBe("3 credits");
    expect(createTranslator(zh, "zh-CN")("common.price", { count: 3 })).toBe("3 积分");
  });
  it("spaces Chinese from Latin letters and digits, and from nothing else", () => {
    const say = createTranslator({ made: "由 {{maker}} 制作", via: "经由{{proxy}}，{{date}}加入" }, "zh-CN");
    expect(say("made" as never, { maker: "OpenAI" })).toBe("由 OpenAI 制作");
    expect(say("made" as never, { maker: "智谱 GLM" })).toBe("由智谱 GLM 制作");
    expect(say("via" as never, { proxy: "proxy:1", date: "2026年" })).toBe("经由 proxy:1，2026年加入");
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
