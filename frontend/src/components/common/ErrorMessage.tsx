/**
 * The one way an error is shown: what happened, whether it cost anything, what to do, and a code and
 * number to quote. Never raw JSON.
 */
import clsx from "clsx";
import { CircleAlert, Copy } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import { toApiError } from "@/services/errors";
import { errorWords } from "./error-words";

type ErrorMessageProps = {
  error: unknown;
  /** Says that nothing was charged; only where that is known. */
  noCharge?: boolean;
  onRetry?: () => void;
  /** Without a frame, inside a card or toast. */
  bare?: boolean;
  children?: ReactNode;
};

export function ErrorMessage({ error: reason, noCharge, onRetry, bare, children }: ErrorMessageProps) {
  const { t } = useTranslation();
  const error = toApiError(reason);
  const words = errorWords(error, t);
  return (
    <div
      role="alert"
      className={clsx(
        "flex gap-3 text-sm",
        !bare && "rounded-lg border border-cinnabar-ink/30 bg-cinnabar-wash p-4",
      )}
    >
      <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-cinnabar-ink" />
      <div className="grid min-w-0 flex-1 gap-1">
        <p className="font-semibold">{words.title}</p>
        {words.detail ? <p>{words.detail}</p> : null}
        {noCharge ? <p className="font-medium">{t("errors.noCharge")}</p> : null}
        {words.advice ? <p className="text-soft">{words.advice}</p> : null}
        <Quote code={error.code} requestId={error.requestId} />
        {onRetry || children ? (
          <div className="mt-2 flex flex-wrap gap-2">
            {onRetry ? (
              <Button size="sm" onClick={onRetry}>
                {t("common.retry")}
              </Button>
            ) : null}
            {children}
          </div>
        ) : null}
      </div>
    </div>
  );
}

function Quote({ code, requestId }: { code: string; requestId: string | null }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(requestId ? `${code} ${requestId}` : code);
    setCopied(true);
  };
  return (
    <p className="flex flex-wrap items-center gap-x-3 text-xs text-soft">
      <span>{t("errors.code", { code })}</span>
      {requestId ? <span className="break-all">{t("errors.request", { id: requestId })}</span> : null}
      {/* The clipboard exists on secure addresses only; the text can be marked by hand elsewhere. */}
      {navigator.clipboard ? (
        <button
          type="button"
          onClick={copy}
          className="inline-flex min-h-6 items-center gap-1 underline underline-offset-2"
        >
          <Copy aria-hidden className="size-3" />
          {copied ? t("errors.copied") : t("errors.copy")}
        </button>
      ) : null}
    </p>
  );
}
