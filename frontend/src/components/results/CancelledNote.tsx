/** A task was cancelled, and its pictures had been made by then: why they are here, and charged. */
import { useTranslation } from "@/locales/i18n";
import type { Task } from "@/types/task";

export function CancelledNote({ task, className }: { task: Task; className?: string }) {
  const { t } = useTranslation();
  if (task.status !== "cancelled" || task.results.length === 0) return null;
  return (
    <p className={className}>
      {t("tasks.cancelledLate", {
        count: task.credits - task.creditsRefunded,
        credits: task.credits - task.creditsRefunded,
      })}
    </p>
  );
}
