/** The final prompt, on demand: what the model will be told, and what it will not. */
import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { lazy, Suspense, useState } from "react";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { Fold } from "@/components/ui/fold";
import { useDebounced } from "@/hooks/useDebounced";
import { useTranslation } from "@/locales/i18n";
import { previewPrompt } from "@/services/prompts";
import type { NewTask } from "@/types/task";
import { QUOTE_DEBOUNCE_MS, QUOTE_FRESH_MS } from "@/utils/constants";

const ToldPrompt = lazy(async () => ({ default: (await import("./ToldPrompt")).ToldPrompt }));

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
  const present = body ? JSON.stringify(body) : null;
  const asked = useDebounced(present, QUOTE_DEBOUNCE_MS);
  const query = useQuery({
    queryKey: ["prompt-preview", language, asked],
    queryFn: ({ signal }) => previewPrompt(JSON.parse(asked ?? "{}") as NewTask, signal),
    enabled: open && asked !== null,
    staleTime: QUOTE_FRESH_MS,
    // While somebody writes on, the text before is nearer to the next one than nothing.
    placeholderData: (before) => before,
  });
  const stale = open && body !== null && (present !== asked || query.isPlaceholderData);
  return (
    <Fold title={t("create.wording.preview")} onToggle={setOpen}>
      <div
        aria-busy={stale || undefined}
        className={clsx(
          "grid min-h-24 content-start gap-3 text-sm transition-opacity",
          stale && "opacity-50",
        )}
      >
        {body === null ? <p className="text-soft">{t("create.wording.previewEmpty")}</p> : null}
        {body && query.isError ? <ErrorMessage bare error={query.error} /> : null}
        {body && query.isPending && open ? <LoadingSpinner /> : null}
        {body && query.data && !query.isError ? (
          <Suspense fallback={<LoadingSpinner />}>
            <ToldPrompt
              preview={query.data}
              modelName={modelName}
              avoidInWords={avoidInWords}
              onAvoidInWords={onAvoidInWords}
            />
          </Suspense>
        ) : null}
      </div>
    </Fold>
  );
}
