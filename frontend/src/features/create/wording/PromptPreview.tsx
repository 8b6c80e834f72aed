/** The final prompt, on demand: what the model will be told, and what it will not. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { Switch } from "@/components/ui/choice";
import { Fold } from "@/components/ui/fold";
import { useDebounced } from "@/hooks/useDebounced";
import { useTranslation } from "@/locales/i18n";
import { previewPrompt } from "@/services/prompts";
import type { NewTask, PromptPreview as Preview } from "@/types/task";
import { QUOTE_DEBOUNCE_MS, QUOTE_FRESH_MS } from "@/utils/constants";
import { formatNumber } from "@/utils/formatting";

type PromptPreviewProps = {
  /** What a press would ask for, as far as its words go; null while words are missing. */
  body: NewTask | null;
  modelName: (modelId: string) => string;
  avoidInWords: boolean;
  onAvoidInWords: (on: boolean) => void;
};

export function PromptPreview({ body, modelName, avoidInWords, onAvoidInWords }: PromptPreviewProps) {
  const { t, language } = useTranslation();
  const [open, setOpen] = useState(false);
  const asked = useDebounced(body ? JSON.stringify(body) : null, QUOTE_DEBOUNCE_MS);
  const query = useQuery({
    queryKey: ["prompt-preview", language, asked],
    queryFn: ({ signal }) => previewPrompt(JSON.parse(asked ?? "{}") as NewTask, signal),
    enabled: open && asked !== null,
    staleTime: QUOTE_FRESH_MS,
    // While somebody writes on, the text before is nearer to the next one than nothing.
    placeholderData: (before) => before,
  });
  return (
    <Fold title={t("create.wording.preview")} onToggle={setOpen}>
      <div className="grid min-h-24 content-start gap-3 text-sm">
        {body === null ? <p className="text-soft">{t("create.wording.previewEmpty")}</p> : null}
        {body && query.isError ? <ErrorMessage bare error={query.error} /> : null}
        {body && query.isPending && open ? <LoadingSpinner /> : null}
        {body && query.data && !query.isError ? (
          <Told
            preview={query.data}
            modelName={modelName}
            avoidInWords={avoidInWords}
            onAvoidInWords={onAvoidInWords}
          />
        ) : null}
      </div>
    </Fold>
  );
}

type ToldProps = Omit<PromptPreviewProps, "body"> & { preview: Preview };

function Told({ preview, modelName, avoidInWords, onAvoidInWords }: ToldProps) {
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
