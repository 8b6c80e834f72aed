/** What can be done with one task, the likeliest first. */

import { SlidersHorizontal, Trash2, WandSparkles, X } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { DownloadLink } from "@/components/results/DownloadLink";
import { RepeatButton } from "@/components/results/RepeatButton";
import { Button } from "@/components/ui/button";
import { useShortcut } from "@/hooks/useShortcut";
import { useTaskActions } from "@/hooks/useTaskActions";
import { useTranslation } from "@/locales/i18n";
import { toApiError } from "@/services/errors";
import { paths } from "@/services/paths";
import { layOutRecipe } from "@/services/recipe";
import { getFile } from "@/services/storage";
import { isFinal } from "@/services/tasks";
import { showError } from "@/services/toasts";
import { changeDraft, workbenchUploads } from "@/services/workbench";
import type { StoredFile } from "@/types/api";
import type { Task, TaskResult } from "@/types/task";

type TaskActionsProps = {
  task: Task;
  /** The picture being looked at. */
  result: TaskResult | null;
  onRetried: (task: Task) => void;
  onDeleted: () => void;
};

export function TaskActions({ task, result, onRetried, onDeleted }: TaskActionsProps) {
  const { t } = useTranslation();
  const { cancel, retry, remove } = useTaskActions();
  const toWorkbench = useToWorkbench();
  const [busy, setBusy] = useState(false);
  const run = (action: () => Promise<unknown>) => async () => {
    setBusy(true);
    await action();
    setBusy(false);
  };
  const again = async () => {
    const next = await retry(task);
    if (next) onRetried(next);
  };
  const discard = async () => {
    if (await remove(task)) onDeleted();
  };
  useShortcut("remove", isFinal(task) && !busy ? run(discard) : null);
  if (!isFinal(task)) {
    return (
      <Button disabled={busy || task.stage === "cancelling"} onClick={run(() => cancel(task))}>
        <X aria-hidden className="size-4" />
        {t("common.cancel")}
      </Button>
    );
  }
  return (
    <div className="grid gap-2">
      <LikeliestAction task={task} result={result} busy={busy} onRepeat={run(again)} />
      <div className="grid grid-cols-[repeat(auto-fit,minmax(9.75rem,1fr))] gap-2">
        {result ? (
          <Button
            disabled={busy}
            title={t("tasks.useAsInputLong")}
            onClick={run(() => toWorkbench(async () => [await getFile(result.fileId)]))}
          >
            <WandSparkles aria-hidden className="size-4" />
            {t("tasks.useAsInput")}
          </Button>
        ) : null}
        <Button
          disabled={busy}
          onClick={run(() =>
            toWorkbench(async () => {
              layOutRecipe(task);
              return task.inputs;
            }),
          )}
        >
          <SlidersHorizontal aria-hidden className="size-4" />
          {t("tasks.sameSettings")}
        </Button>
        {result ? (
          <RepeatButton task={task} label={t("tasks.rerun")} disabled={busy} onRepeat={run(again)} />
        ) : null}
        <Button variant="danger" disabled={busy} aria-keyshortcuts="Delete" onClick={run(discard)}>
          <Trash2 aria-hidden className="size-4" />
          {t("common.delete")}
        </Button>
      </div>
    </div>
  );
}

type LikeliestActionProps = Pick<TaskActionsProps, "task" | "result"> & {
  busy: boolean;
  onRepeat: () => void;
};

function LikeliestAction({ task, result, busy, onRepeat }: LikeliestActionProps) {
  const { t } = useTranslation();
  if (result) return <DownloadLink href={result.downloadUrl} size="lg" />;
  const look = { variant: "primary", size: "lg" } as const;
  return <RepeatButton {...look} task={task} label={t("common.retry")} disabled={busy} onRepeat={onRepeat} />;
}

/** Lays pictures on the workbench and goes there. */
function useToWorkbench() {
  const [, navigate] = useLocation();
  return async (pictures: () => Promise<StoredFile[]>) => {
    try {
      const files = await pictures();
      workbenchUploads.replaceStored(files);
      changeDraft({ fileIds: files.map((file) => file.id) });
      navigate(paths.create);
    } catch (reason) {
      showError(toApiError(reason));
    }
  };
}
