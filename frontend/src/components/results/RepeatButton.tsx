/** Asks for the same once more, with what that takes on the button before it is pressed. */
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { Button, type ButtonSize, type ButtonVariant, IconButton } from "@/components/ui/button";
import { useRepeatPrice } from "@/hooks/useRepeatPrice";
import { useTranslation } from "@/locales/i18n";
import type { Task } from "@/types/task";

type RepeatButtonProps = {
  task: Task;
  label: string;
  onRepeat: () => void;
  disabled?: boolean;
  variant?: ButtonVariant;
  size?: ButtonSize;
  autoFocus?: boolean;
};

export function RepeatButton({
  task,
  label,
  onRepeat,
  disabled = false,
  autoFocus,
  ...look
}: RepeatButtonProps) {
  const { t } = useTranslation();
  const { credits, asking } = useRepeatPrice(task, true);
  const price = credits === 0 ? t("common.free") : t("common.price", { count: credits ?? 0 });
  return (
    <Button
      {...look}
      // On a card it takes the place of the button that was pressed.
      autoFocus={autoFocus}
      disabled={disabled}
      // Not before it says what it takes; where nobody can say, the server refuses or charges what it charged before.
      aria-disabled={asking || undefined}
      title={t("tasks.retryCharged")}
      onClick={() => !asking && onRepeat()}
    >
      <RotateCw aria-hidden className="size-4" />
      <span>{`${label} · ${asking ? "…" : credits === null ? "?" : price}`}</span>
    </Button>
  );
}

type RepeatOfCardProps = { task: Task; busy: boolean; onRepeat: () => void };

/** On a card there is room for the price only once somebody asks: the first press shows it, the second goes. */
export function RepeatOfCard({ task, busy, onRepeat }: RepeatOfCardProps) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  if (asked)
    return (
      <RepeatButton
        autoFocus
        size="sm"
        task={task}
        label={t("common.retry")}
        disabled={busy}
        onRepeat={() => {
          setAsked(false);
          onRepeat();
        }}
      />
    );
  return (
    <IconButton label={t("common.retry")} disabled={busy} onClick={() => setAsked(true)}>
      <RotateCw aria-hidden className="size-4.5" />
    </IconButton>
  );
}
