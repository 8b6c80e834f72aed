/**
 * Presses of the button that the server has not confirmed yet. Each shows a card at once and keeps its
 * idempotency key, so that sending it again after a cut line can never charge twice.
 */
import { type ApiError, isTransient, toApiError } from "@/services/errors";
import { createTask, newIdempotencyKey } from "@/services/tasks";
import type { NewTask, Task } from "@/types/task";

export type Press = {
  key: string;
  body: NewTask;
  /** Shape and picture of the card until the task arrives. */
  aspect: number;
  previewUrl: string | null;
  /** Pictures that it makes. */
  count: number;
  createdAt: string;
  state: "sending" | "failed";
  error: ApiError | null;
};

export type PressLook = Pick<Press, "aspect" | "previewUrl" | "count">;

/** Sends again by itself this often when the line failed, before asking the creator. */
const SILENT_RESENDS = 2;

let presses: Press[] = [];
/** Which task each confirmed press became. */
const became = new Map<string, string>();
const listeners = new Set<() => void>();

export const getPresses = (): Press[] => presses;

export const taskOfPress = (key: string): string | null => became.get(key) ?? null;

export function subscribePresses(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A press on its way: its key, and the task it becomes (null when a failed card stays). */
export type Sending = { key: string; task: Promise<Task | null> };

/** Shows a card now and sends the task. */
export function press(body: NewTask, look: PressLook): Sending {
  const key = newIdempotencyKey();
  set([
    { key, body, ...look, createdAt: new Date().toISOString(), state: "sending", error: null },
    ...presses,
  ]);
  return { key, task: deliver(key) };
}

/** Sends a failed press again under its first key. */
export function pressAgain(key: string): Sending {
  set(presses.map((item) => (item.key === key ? { ...item, state: "sending", error: null } : item)));
  return { key, task: deliver(key) };
}

export function dismissPress(key: string): void {
  set(presses.filter((item) => item.key !== key));
}

export function clearPresses(): void {
  became.clear();
  set([]);
}

async function deliver(key: string): Promise<Task | null> {
  const found = presses.find((item) => item.key === key);
  if (!found) return null;
  for (let attempt = 0; ; attempt += 1) {
    try {
      const task = await createTask(found.body, key);
      became.set(key, task.id);
      return task;
    } catch (reason) {
      if (attempt < SILENT_RESENDS && isTransient(reason)) {
        await new Promise((resolve) => setTimeout(resolve, 600 * 2 ** attempt));
        continue;
      }
      const error = toApiError(reason);
      set(presses.map((item) => (item.key === key ? { ...item, state: "failed", error } : item)));
      return null;
    }
  }
}

function set(next: Press[]) {
  presses = next;
  for (const listener of listeners) listener();
}
