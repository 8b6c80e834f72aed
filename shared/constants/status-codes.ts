/**
 * States of a task and the stable problem codes the page treats specially. The task lists are held
 * equal to the generated schema by the type checker; all codes are described in docs/API.md.
 */
import type { TaskStage, TaskStatus } from "../types/task";

export const TASK_STATUSES = [
  "pending",
  "processing",
  "completed",
  "failed",
  "cancelled",
] as const satisfies readonly TaskStatus[];

/** A task in one of these states never changes again. */
export const FINAL_TASK_STATUSES = [
  "completed",
  "failed",
  "cancelled",
] as const satisfies readonly TaskStatus[];

export const TASK_STAGES = [
  "queued",
  "starting",
  "running",
  "saving",
  "retrying",
  "done",
  "cancelling",
] as const satisfies readonly TaskStage[];

export const PROBLEM = {
  unauthenticated: "unauthenticated",
  setupRequired: "setup_required",
  insufficientCredits: "insufficient_credits",
  tooManyAttempts: "too_many_attempts",
  notFound: "not_found",
} as const;
