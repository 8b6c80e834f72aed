/** The state of a task as words; the card, the page and the live region all speak with these. */
import type { TFunction } from "@/locales/i18n";
import type { Task } from "@/types/task";
import { formatDuration, formatNumber, formatPercent } from "@/utils/formatting";
import { withoutResult } from "./task-shape";

export type ProgressWords = { state: string; note: string | null };

export function progressWords(task: Task, t: TFunction, locale: string): ProgressWords {
  switch (task.status) {
    case "completed":
      return { state: doneWords(task, t, locale), note: returned(task, t, locale) };
    case "failed":
      return {
        state: t(task.error?.code === "content_refused" ? "tasks.progress.refused" : "tasks.progress.failed"),
        note:
          task.creditsRefunded < task.credits || task.credits === 0
            ? keptWords(task, t, locale)
            : returned(task, t, locale),
      };
    case "cancelled":
      return { state: t("tasks.progress.cancelled"), note: returned(task, t, locale) };
    default:
      return {
        state: stageWords(task, t, locale),
        note: remaining(task, t, locale) ?? stopping(task, t, locale),
      };
  }
}

/** A partly delivered task names what did not come out. */
function doneWords(task: Task, t: TFunction, locale: string): string {
  const names = withoutResult(task).map(({ name }) => name);
  if (names.length === 0) return t("tasks.progress.done");
  const list = new Intl.ListFormat(locale, { style: "narrow" }).format(names);
  return t("tasks.progress.missing", { names: list });
}

/** What did not come back of a failed task: nothing was taken, or the operator keeps it for what content rules refuse. */
function keptWords(task: Task, t: TFunction, locale: string): string {
  if (task.credits === 0) return t("tasks.progress.notCharged");
  const kept = task.credits - task.creditsRefunded;
  return t("tasks.progress.kept", { count: kept, credits: formatNumber(kept, locale) });
}

/** “3 credits returned”, and why where it is the price; null when nothing came back. */
function returned(task: Task, t: TFunction, locale: string): string | null {
  if (!(task.creditsRefunded > 0)) return null;
  const credits = formatNumber(task.creditsRefunded, locale);
  const words = t("tasks.progress.returned", { count: task.creditsRefunded, credits });
  if (!(task.priceDifference > 0)) return words;
  if (task.priceDifference === task.creditsRefunded) return t("tasks.progress.cheaper", { returned: words });
  const difference = formatNumber(task.priceDifference, locale);
  return t("tasks.progress.partlyCheaper", { returned: words, difference });
}

function stageWords(task: Task, t: TFunction, locale: string): string {
  switch (task.stage) {
    case "queued":
      if (task.queuePosition == null) return t("tasks.progress.queued");
      if (task.queuePosition <= 1) return t("tasks.progress.next");
      return t("tasks.progress.place", { ahead: formatNumber(task.queuePosition - 1, locale) });
    case "running":
      return task.progress > 0
        ? t("tasks.progress.running", { percent: formatPercent(task.progress, locale) })
        : t("tasks.progress.runningPlain");
    case "retrying":
      return t("tasks.progress.retrying", { count: Math.max(1, task.retryCount) });
    case "starting":
    case "saving":
    case "cancelling":
      return t(`tasks.progress.${task.stage}`);
    default:
      return t("tasks.progress.runningPlain");
  }
}

/** Only while it runs, and only when the server's estimate still lies ahead. */
function remaining(task: Task, t: TFunction, locale: string): string | null {
  if (task.stage !== "running") return null;
  const seconds = secondsLeft(task);
  return seconds > 1 ? t("tasks.progress.remaining", { duration: formatDuration(seconds, locale) }) : null;
}

/** A vendor that has the request can seldom be stopped; the server waits for it until then and no longer. */
function stopping(task: Task, t: TFunction, locale: string): string | null {
  if (task.stage !== "cancelling" || task.provider === "embedded") return null;
  const seconds = secondsLeft(task);
  if (seconds <= 1) return null;
  return t("tasks.progress.stopping", {
    provider: task.providerName,
    duration: formatDuration(seconds, locale),
  });
}

function secondsLeft(task: Task): number {
  if (!task.estimatedCompletionAt) return 0;
  return (new Date(task.estimatedCompletionAt).getTime() - Date.now()) / 1000;
}
