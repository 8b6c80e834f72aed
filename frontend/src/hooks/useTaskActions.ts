/** What can be done to a task from any card or page: cancel, retry, delete with undo. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "@/locales/i18n";
import { toApiError } from "@/services/errors";
import { creditsQuery } from "@/services/queries";
import { applyDeletion, applyRestoration, applyTask, forgetDeletion } from "@/services/task-cache";
import { cancelTask, deleteTask, newIdempotencyKey, restoreTask, retryTask } from "@/services/tasks";
import { showError, showToast } from "@/services/toasts";
import type { Task } from "@/types/task";

/** Retries on their way; a double press must not be charged twice. */
const retrying = new Set<string>();

export function useTaskActions() {
  const cache = useQueryClient();
  const { t } = useTranslation();

  const cancel = useCallback(
    async (task: Task) => {
      // Says so at once; the server's answer has a higher version and replaces it.
      applyTask(cache, { ...task, stage: "cancelling" });
      try {
        applyTask(cache, await cancelTask(task.id));
        void cache.invalidateQueries({ queryKey: creditsQuery.queryKey });
      } catch (reason) {
        applyTask(cache, task);
        showError(toApiError(reason));
      }
    },
    [cache],
  );

  const retry = useCallback(
    async (task: Task): Promise<Task | null> => {
      if (retrying.has(task.id)) return null;
      retrying.add(task.id);
      try {
        const next = await retryTask(task.id, newIdempotencyKey());
        applyTask(cache, next);
        void cache.invalidateQueries({ queryKey: creditsQuery.queryKey });
        return next;
      } catch (reason) {
        showError(toApiError(reason));
        return null;
      } finally {
        retrying.delete(task.id);
      }
    },
    [cache],
  );

  const remove = useCallback(
    async (task: Task): Promise<boolean> => {
      applyDeletion(cache, task.id);
      try {
        const { undoUntil } = await deleteTask(task.id);
        const undo = async () => {
          try {
            applyRestoration(cache, await restoreTask(task.id));
          } catch (reason) {
            showError(toApiError(reason));
          }
        };
        const milliseconds = Math.max(4000, new Date(undoUntil).getTime() - Date.now());
        showToast({ text: t("tasks.deleted"), action: { label: t("common.undo"), run: undo }, milliseconds });
        return true;
      } catch (reason) {
        forgetDeletion(cache, task.id);
        showError(toApiError(reason));
        return false;
      }
    },
    [cache, t],
  );

  return { cancel, retry, remove };
}
