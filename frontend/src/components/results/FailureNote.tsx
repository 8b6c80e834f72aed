/**
 * Why a task failed, or some of its pictures, and what to do: our words for what vendors do, the server's for the rest.
 * That credits came back is said beside the state, which stands with this everywhere.
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
  const { t, language } = useTranslation();
  const owner = useIsOwner();
  const vendor = task.providerName || t("tasks.failure.vendor");
  const words = (code: string, message: string) => {
    const known = FAILURES.find((failure) => failure === code);
    if (owner && known === "provider_not_configured") return t("tasks.failure.forOwner", { vendor });
    return known ? t(`tasks.failure.${known}`, { vendor }) : message;
  };
  if (task.error) {
    const said = words(task.error.code, task.error.message);
    return said ? <p className={className}>{said}</p> : null;
  }
  const list = new Intl.ListFormat(language, { type: "conjunction" });
  return [...new Set(task.notDelivered.map(({ code }) => code))].map((code) => {
    const missing = task.notDelivered.filter((picture) => picture.code === code);
    const numbers = list.format(missing.map(({ number }) => String(number)));
    const reason = words(code, missing[0]?.message ?? "");
    return (
      <p key={code} className={className}>
        {t("tasks.notDelivered", { numbers, reason })}
      </p>
    );
  });
}
