/** The card of a press the server has not confirmed: there within a frame, in its final shape. */

import { ErrorMessage } from "@/components/common/ErrorMessage";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/locales/i18n";
import type { Press } from "@/services/presses";
import { Mosaic } from "./Mosaic";
import { SendingProgress } from "./TaskProgress";
import { boundedAspect } from "./task-shape";

type PressCardProps = {
  press: Press;
  toolName: string;
  onAgain: (key: string) => void;
  onDismiss: (key: string) => void;
};

export function PressCard({ press, toolName, onAgain, onDismiss }: PressCardProps) {
  const { t } = useTranslation();
  return (
    <article
      className="animate-rise overflow-hidden rounded-lg border border-line bg-surface shadow-card"
      aria-label={toolName}
    >
      <div
        className="relative overflow-hidden bg-easel"
        style={{ aspectRatio: boundedAspect(press.aspect, 1) }}
      >
        {press.previewUrl ? (
          <img src={press.previewUrl} alt="" className="size-full object-cover opacity-70" />
        ) : (
          <Mosaic count={press.count} frame={() => null} />
        )}
      </div>
      <div className="grid gap-2 p-3">
        <p className="truncate text-xs text-soft">{toolName}</p>
        {press.state === "failed" ? (
          <ErrorMessage bare noCharge error={press.error} onRetry={() => onAgain(press.key)}>
            <Button size="sm" variant="quiet" onClick={() => onDismiss(press.key)}>
              {t("common.dismiss")}
            </Button>
          </ErrorMessage>
        ) : (
          <div className="grid min-h-11 content-center">
            <SendingProgress />
          </div>
        )}
      </div>
    </article>
  );
}
