/** Language and appearance in two small lists, for the pages before one is in; on a phone only their signs, to stay in one row. */
import { Languages, SunMoon } from "lucide-react";
import { THEMES, useTheme } from "@/hooks/useTheme";
import { changeLocale, LOCALES, toLocale, useTranslation } from "@/locales/i18n";

const compact =
  "min-h-9 appearance-none rounded-md bg-transparent py-1 pr-2 pl-8 text-sm text-soft hover:bg-sunken hover:text-ink pointer-coarse:min-h-11 max-sm:w-11 max-sm:pr-0 max-sm:pl-11";

const sign = "pointer-events-none absolute top-1/2 left-2 size-4 -translate-y-1/2 text-soft max-sm:left-3.5";

export function PreferenceBar() {
  const { t, language } = useTranslation();
  const { theme, setTheme } = useTheme();
  return (
    <div className="flex max-sm:-mr-3.5">
      <div className="relative">
        <Languages aria-hidden className={sign} />
        <select
          aria-label={t("common.language")}
          className={compact}
          value={language}
          onChange={(event) => void changeLocale(toLocale(event.target.value) ?? "zh-CN")}
        >
          {LOCALES.map(({ code, name }) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div className="relative">
        <SunMoon aria-hidden className={sign} />
        <select
          aria-label={t("common.theme.label")}
          className={compact}
          value={theme}
          onChange={(event) => setTheme(THEMES.find((known) => known === event.target.value) ?? "system")}
        >
          {THEMES.map((known) => (
            <option key={known} value={known}>
              {t(`common.theme.${known}`)}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
