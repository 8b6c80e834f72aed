/** Every address of the page, and what may stand in its query. Links are made here and nowhere else. */

import { TASK_STATUSES } from "@shared/constants/status-codes";
import type { TaskStatus } from "@/types/task";

export type HistorySearch = { q?: string; status?: TaskStatus; taskType?: string; page?: number };

export const TRANSACTION_TYPES = ["earn", "spend", "refund"] as const;
export type CreditsSearch = {
  type?: (typeof TRANSACTION_TYPES)[number];
  taskId?: string;
  page?: number;
  /** The payment that a visitor comes back from. */
  payment?: string;
  /** Set when nothing was paid there. */
  cancelled?: string;
};

export const paths = {
  create: "/",
  history: (search: HistorySearch = {}) => withQuery("/history", search),
  task: (id: string) => `/tasks/${encodeURIComponent(id)}`,
  credits: (search: CreditsSearch = {}) => withQuery("/credits", search),
  account: "/account",
  providers: "/admin/providers",
  doctor: "/admin/doctor",
  forgotPassword: "/forgot-password",
  /** The step after the owner's account is made. */
  firstKey: "/first-key",
  /** `next` is where the visitor was headed; `lost` says that a session has just ended. */
  login: (search: { next?: string; lost?: boolean } = {}) => withQuery("/login", search),
  register: (search: { next?: string } = {}) => withQuery("/register", search),
};

/** State of a step to the history that is made in order to search. */
export const SEARCHING = "searching";

export function readHistorySearch(query: URLSearchParams): HistorySearch {
  return {
    ...text(query, "q"),
    ...text(query, "taskType"),
    ...oneOf(query, "status", TASK_STATUSES),
    ...pageNumber(query),
  };
}

export function readCreditsSearch(query: URLSearchParams): CreditsSearch {
  return {
    ...text(query, "taskId"),
    ...text(query, "payment"),
    ...text(query, "cancelled"),
    ...oneOf(query, "type", TRANSACTION_TYPES),
    ...pageNumber(query),
  };
}

function withQuery(path: string, search: Record<string, string | number | boolean | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== "" && value !== false) query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

function text<K extends string>(query: URLSearchParams, key: K): { [name in K]?: string } {
  const value = query.get(key);
  return (value ? { [key]: value } : {}) as { [name in K]?: string };
}

/** A value we do not know counts as absent: an old link must not break the page. */
function oneOf<K extends string, V extends string>(
  query: URLSearchParams,
  key: K,
  known: readonly V[],
): { [name in K]?: V } {
  const found = known.find((value) => value === query.get(key));
  return (found ? { [key]: found } : {}) as { [name in K]?: V };
}

function pageNumber(query: URLSearchParams): { page?: number } {
  const page = Number(query.get("page"));
  return Number.isInteger(page) && page > 1 ? { page } : {};
}
