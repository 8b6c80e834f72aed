/** Short messages at the edge of the page, outside React so that anything may show one. */
import type { ApiError } from "@/services/errors";

export type Toast = {
  id: number;
  text: string | null;
  error: ApiError | null;
  action: { label: string; run: () => void } | null;
  milliseconds: number;
};

const DEFAULT_MILLISECONDS = 6000;
/** Errors stay longer: there is more to read and perhaps a number to write down. */
const ERROR_MILLISECONDS = 15_000;

let toasts: Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

export const getToasts = (): Toast[] => toasts;

export function subscribeToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

type ToastInput = { text: string; action?: Toast["action"]; milliseconds?: number };

export function showToast({ text, action = null, milliseconds = DEFAULT_MILLISECONDS }: ToastInput): void {
  set([...toasts, { id: nextId++, text, error: null, action, milliseconds }]);
}

export function showError(error: ApiError): void {
  if (error.code === "aborted") return;
  set([...toasts, { id: nextId++, text: null, error, action: null, milliseconds: ERROR_MILLISECONDS }]);
}

export function dismissToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

function set(next: Toast[]) {
  // Three are all that fits over a phone's page.
  toasts = next.slice(-3);
  for (const listener of listeners) listener();
}
