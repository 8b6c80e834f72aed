/** Everything that can be asked of a task, one function per operation of the server. */

import { FINAL_TASK_STATUSES } from "@shared/constants/status-codes";
import { api, unwrap } from "@/services/api";
import type { NewTask, Quote, Task, TaskStatus } from "@/types/task";
import { STATUS_BATCH } from "@/utils/constants";

export type TaskFilter = {
  q?: string;
  status?: TaskStatus;
  taskType?: string;
  limit: number;
  offset: number;
};

export function createTask(body: NewTask, idempotencyKey: string): Promise<Task> {
  return unwrap(api.POST("/api/tasks", { body, params: { header: { "Idempotency-Key": idempotencyKey } } }));
}

export function quoteTask(body: NewTask, signal?: AbortSignal): Promise<Quote> {
  return unwrap(api.POST("/api/tasks/quote", { body, signal }));
}

export function listTasks(filter: TaskFilter, signal?: AbortSignal) {
  return unwrap(api.GET("/api/tasks", { params: { query: filter }, signal }));
}

export function getTask(id: string, signal?: AbortSignal): Promise<Task> {
  return unwrap(api.GET("/api/tasks/{id}", { params: { path: { id } }, signal }));
}

/** The state of many tasks in one request; ids the server does not know are missing from the answer. */
export async function getTaskStatus(ids: string[], signal?: AbortSignal): Promise<Task[]> {
  const query = { ids: ids.slice(0, STATUS_BATCH).join(",") };
  return (await unwrap(api.GET("/api/tasks/status", { params: { query }, signal }))).items;
}

export function cancelTask(id: string): Promise<Task> {
  return unwrap(api.POST("/api/tasks/{id}/cancel", { params: { path: { id } } }));
}

/** A new task with the settings of an old one, charged anew. */
export function retryTask(id: string, idempotencyKey: string): Promise<Task> {
  const params = { path: { id }, header: { "Idempotency-Key": idempotencyKey } };
  return unwrap(api.POST("/api/tasks/{id}/retry", { params }));
}

/** What a retry of a task asks for. */
export function repeatOf(task: Task, model: string | null): NewTask {
  const { taskType, inputFiles, parameters, style, promptDetails: told } = task;
  return {
    taskType,
    inputFiles,
    parameters,
    ...(style && { style }),
    ...(model && { model }),
    ...(told?.template && { template: told.template.id, slots: told.slots }),
    ...(told?.avoidInWords && { avoidInWords: true }),
  };
}

export function deleteTask(id: string): Promise<{ id: string; undoUntil: string }> {
  return unwrap(api.DELETE("/api/tasks/{id}", { params: { path: { id } } }));
}

export function restoreTask(id: string): Promise<Task> {
  return unwrap(api.POST("/api/tasks/{id}/restore", { params: { path: { id } } }));
}

export function isFinal(task: Pick<Task, "status">): boolean {
  return (FINAL_TASK_STATUSES as readonly TaskStatus[]).includes(task.status);
}

/** Of two views of one task the later one; progress may move without a new version, so a tie goes to the newcomer. */
export function newerTask(known: Task | undefined, incoming: Task): Task {
  return known !== undefined && known.version > incoming.version ? known : incoming;
}

/** One key per press. `randomUUID` is missing on plain-http addresses of a home network. */
export function newIdempotencyKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
