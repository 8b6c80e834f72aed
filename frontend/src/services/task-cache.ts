/**
 * Keeps every view of a task equal. Answers, stream and poll all end here; the highest version wins, so
 * a late answer never takes a card back in time.
 */
import type { QueryClient } from "@tanstack/react-query";
import { creditsQuery, newerCredits, recentTasksQuery, taskQuery } from "@/services/queries";
import { isFinal, newerTask } from "@/services/tasks";
import type { Credits } from "@/types/api";
import type { Task } from "@/types/task";
import { RECENT_TASKS } from "@/utils/constants";

type TaskPage = { items: Task[]; total: number; limit: number; offset: number };
type TaskListener = (task: Task) => void;

const settledListeners = new Set<TaskListener>();
const movedListeners = new Set<TaskListener>();
/** Deleted here; a late event must not bring the card back. Ids leave the set when restored. */
const deleted = new Set<string>();

/** Called once when a task known as unfinished becomes final. */
export function onTaskSettled(listener: TaskListener): () => void {
  settledListeners.add(listener);
  return () => settledListeners.delete(listener);
}

/** Called for every word of a task that is known and not final yet. */
export function onTaskMoved(listener: TaskListener): () => void {
  movedListeners.add(listener);
  return () => movedListeners.delete(listener);
}

export function applyTask(cache: QueryClient, incoming: Task): void {
  if (deleted.has(incoming.id)) return;
  const known = findTask(cache, incoming.id);
  const task = withPreview(known, newerTask(known, incoming));
  cache.setQueryData(taskQuery(task.id).queryKey, task);
  let listed = false;
  for (const [key, page] of cache.getQueriesData<TaskPage>({ queryKey: ["tasks"] })) {
    if (!page) continue;
    if (page.items.some((item) => item.id === task.id)) {
      listed = true;
      const items = page.items.map((item) => (item.id === task.id ? newerTask(item, task) : item));
      cache.setQueryData(key, { ...page, items });
    }
  }
  if (!listed) prependRecent(cache, task);
  // The history's filters live on the server, so its pages are asked again rather than guessed.
  if (!known) void cache.invalidateQueries({ queryKey: ["tasks", "list"] });
  if (known && !isFinal(task)) for (const listener of movedListeners) listener(task);
  if (known && !isFinal(known) && isFinal(task)) {
    for (const listener of settledListeners) listener(task);
    void cache.invalidateQueries({ queryKey: ["ledger"] });
  }
}

/** Not every word of a running task brings the picture on its way along; the last one stays until the end. */
function withPreview(known: Task | undefined, task: Task): Task {
  if (task.previewUrl || !known?.previewUrl || isFinal(task)) return task;
  return { ...task, previewUrl: known.previewUrl };
}

export function applyDeletion(cache: QueryClient, id: string): void {
  deleted.add(id);
  for (const [key, page] of cache.getQueriesData<TaskPage>({ queryKey: ["tasks"] })) {
    if (!page?.items.some((item) => item.id === id)) continue;
    const items = page.items.filter((item) => item.id !== id);
    cache.setQueryData(key, { ...page, items, total: Math.max(0, page.total - 1) });
  }
}

export function applyRestoration(cache: QueryClient, task: Task): void {
  deleted.delete(task.id);
  cache.setQueryData(taskQuery(task.id).queryKey, task);
  void cache.invalidateQueries({ queryKey: ["tasks"] });
}

/** Undoes `applyDeletion` when the server refused the deletion. */
export function forgetDeletion(cache: QueryClient, id: string): void {
  deleted.delete(id);
  void cache.invalidateQueries({ queryKey: ["tasks"] });
}

export function applyCredits(cache: QueryClient, credits: Credits): void {
  cache.setQueryData(creditsQuery.queryKey, (known) => newerCredits(known, credits));
}

/** Ids of all tasks on any view that can still change. */
export function unfinishedTasks(cache: QueryClient): Task[] {
  const found = new Map<string, Task>();
  const add = (task: Task | undefined) => {
    if (task && !isFinal(task) && !deleted.has(task.id)) found.set(task.id, task);
  };
  for (const [, page] of cache.getQueriesData<TaskPage>({ queryKey: ["tasks"] })) page?.items.forEach(add);
  for (const [, task] of cache.getQueriesData<Task>({ queryKey: ["task"] })) add(task);
  return [...found.values()];
}

export function findTask(cache: QueryClient, id: string): Task | undefined {
  const single = cache.getQueryData<Task>(taskQuery(id).queryKey);
  if (single) return single;
  for (const [, page] of cache.getQueriesData<TaskPage>({ queryKey: ["tasks"] })) {
    const item = page?.items.find((task) => task.id === id);
    if (item) return item;
  }
  return undefined;
}

function prependRecent(cache: QueryClient, task: Task) {
  cache.setQueryData<TaskPage>(recentTasksQuery.queryKey, (page) => {
    if (!page) return page;
    const items = [task, ...page.items].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    return { ...page, items: items.slice(0, RECENT_TASKS) };
  });
}
