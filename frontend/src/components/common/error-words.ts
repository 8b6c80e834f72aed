/** Words for an error: the server's own where it gave some, ours where it could not. */
import type { TFunction } from "@/locales/i18n";
import type { ApiError } from "@/services/errors";

export type ErrorWords = { title: string; detail: string | null; advice: string | null };

export const OWN_TITLES = ["network", "unreadable", "internal", "not_found", "unauthenticated"] as const;
export const ADVICE = [
  "network",
  "unreadable",
  "internal",
  "queue_full",
  "overloaded",
  "unfinished_task_limit",
  "daily_task_limit",
  "file_not_ready",
  "task_not_finished",
  "not_found",
] as const;

export function errorWords(error: ApiError, t: TFunction): ErrorWords {
  return {
    title: error.title ?? t(`errors.title.${pick(OWN_TITLES, error.code) ?? "internal"}`),
    // A detail that only repeats the title says nothing.
    detail: error.detail === error.title ? null : error.detail,
    advice: adviceFor(error, t),
  };
}

function adviceFor(error: ApiError, t: TFunction): string | null {
  if (error.retryAfterSeconds !== null) return t("errors.advice.wait", { seconds: error.retryAfterSeconds });
  if (error.code === "insufficient_credits" && error.required !== null && error.balance !== null) {
    return t("errors.advice.insufficient_credits", { required: error.required, balance: error.balance });
  }
  const known = pick(ADVICE, error.code);
  if (known) return t(`errors.advice.${known}`);
  return error.title ? null : t("errors.advice.internal");
}

function pick<T extends string>(known: readonly T[], code: string): T | null {
  return known.find((candidate) => candidate === code) ?? null;
}
