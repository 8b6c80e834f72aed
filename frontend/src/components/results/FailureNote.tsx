/**
 * Why a task failed and what to do: our words for what vendors do, the server's for the rest. That credits came back
 * is said beside the state, which stands with this everywhere.
 */
import { useIsOwner } from "@/hooks/useIsOwner";
import { useTranslation } from "@/locales/i18n";
import type { Task } from "@/types/task";

export const FAILURES = [
  "content_refused",
  "provider_busy",
  "provider_failed",
  "provider_timeout",
  "provider_not_configured",
  "provider_rejected",
  "unknown_outcome",
] as const;

export function FailureNote({ task, className }: { task: Task; className?: string }) {
  const { t } = useTranslation();
  const owner = useIsOwner();
  if (!task.error) return null;
  const vendor = task.providerName || t("tasks.failure.vendor");
  const { code, message } = task.error;
  const known = FAILURES.find((failure) => failure === code);
  if (owner && known === "provider_not_configured")
    return <p className={className}>{t("tasks.failure.forOwner", { vendor })}</p>;
  const words = known ? t(`tasks.failure.${known}`, { vendor }) : message;
  return words ? <p className={className}>{words}</p> : null;
}
