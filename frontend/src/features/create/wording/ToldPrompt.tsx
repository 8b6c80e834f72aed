/** The final prompt in words and figures. */
import { Switch } from "@/components/ui/choice";
import { useTranslation } from "@/locales/i18n";
import type { PromptPreview } from "@/types/task";
import { formatNumber } from "@/utils/formatting";

type ToldPromptProps = {
  preview: PromptPreview;
  modelName: (modelId: string) => string;
  avoidInWords: boolean;
  onAvoidInWords: (on: boolean) => void;
};

export function ToldPrompt({ preview, modelName, avoidInWords, onAvoidInWords }: ToldPromptProps) {
  const { t, language } = useTranslation();
  const { prompt, negativePrompt, model, length, maxLength, warnings } = preview;
  const count = formatNumber(length, language);
  const dropped = warnings.find(({ code }) => code === "negative_prompt_dropped");
  return (
    <>
      <p className="rounded-md bg-sunken px-3 py-2 break-words whitespace-pre-wrap" data-final-prompt>
        {prompt}
      </p>
      <p className="text-xs text-soft tabular-nums">
        {maxLength
          ? t("create.wording.toldOf", {
              model: modelName(model),
              count,
              most: formatNumber(maxLength, language),
            })
          : t("create.wording.told", { model: modelName(model), count })}
      </p>
      {negativePrompt ? (
        <p className="text-xs break-words">
          <span className="font-medium">{t("create.wording.leftOut")}</span> {negativePrompt}
        </p>
      ) : null}
      {dropped ? <p className="text-xs break-words text-soft">{dropped.message}</p> : null}
      {dropped || avoidInWords ? (
        <Switch label={t("create.wording.avoidInWords")} checked={avoidInWords} onChange={onAvoidInWords} />
      ) : null}
    </>
  );
}
