/** What a model means for the form at hand: settings it has no use for, and that a chosen one is gone. */
import { useTranslation } from "@/locales/i18n";
import type { ToolSettings } from "./tool-settings";

export function ModelNotes({ settings }: { settings: ToolSettings }) {
  const { t, language } = useTranslation();
  const { choice, dropped } = settings;
  const list = new Intl.ListFormat(language, { type: "conjunction" });
  const items = dropped.map(({ field, instead }) => {
    const label = field.choices.find(({ value }) => value === instead)?.label ?? String(instead ?? "");
    return label ? t("create.model.becomes", { setting: field.title, value: label }) : field.title;
  });
  // The region is there before it has something to say, or screen readers miss the first word.
  return (
    <div role="status" className="grid gap-1 text-xs text-soft empty:hidden">
      {choice.tooMany ? (
        <p>{t("create.model.tooMany", { model: choice.tooMany.name, count: choice.tooMany.maxInputs })}</p>
      ) : null}
      {choice.gone ? <p>{t("create.model.gone", { model: choice.gone })}</p> : null}
      {items.length > 0 && choice.acting ? (
        <p>{t("create.model.dropped", { model: choice.acting.name, settings: list.format(items) })}</p>
      ) : null}
    </div>
  );
}
