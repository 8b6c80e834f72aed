/** One task on a grid: its picture in the right shape from the first moment, its state, its actions. */

import { Download, Trash2, X } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";
import { buttonClass, IconButton } from "@/components/ui/button";
import { useTaskActions } from "@/hooks/useTaskActions";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import { saveFiles } from "@/services/storage";
import { isFinal } from "@/services/tasks";
import type { Task } from "@/types/task";
import { formatDateTime, formatRelative } from "@/utils/formatting";
import { CardPicture } from "./CardPicture";
import { FailureNote } from "./FailureNote";
import { RepeatOfCard } from "./RepeatButton";
import { TaskProgress } from "./TaskProgress";
import { fellShort } from "./task-shape";

type TaskCardProps = {
  task: Task;
  toolName: string;
  /** The tool and with what style, in one line. */
  workName: string;
};

export function TaskCard({ task, toolName, workName }: TaskCardProps) {
  const { t, language } = useTranslation();
  const label = t("tasks.open", { tool: toolName, taskNo: task.taskNo });
  return (
    <article
      className="h-full animate-rise overflow-hidden rounded-lg border border-line bg-surface shadow-card"
      aria-label={label}
    >
      <Link href={paths.task(task.id)} aria-label={label} className="block">
        <CardPicture task={task} toolName={toolName} />
      </Link>
      {/* One column that may be narrower than its words: else a long name widens it past the card. */}
      <div className="grid grid-cols-1 gap-1 p-3">
        <p className="truncate text-xs text-soft" title={workName}>
          {workName}
        </p>
        {/* The picture itself says that it is done. */}
        {task.status === "failed" || task.status === "cancelled" || fellShort(task) ? (
          <TaskProgress task={task} toolName={toolName} clamped />
        ) : null}
        <FailureNote task={task} className="line-clamp-2 text-xs text-soft" />
        <div className="flex min-h-11 items-center justify-between gap-1">
          {isFinal(task) ? (
            <time
              dateTime={task.createdAt}
              title={formatDateTime(task.createdAt, language)}
              className="min-w-0 truncate text-xs text-soft"
            >
              {formatRelative(task.createdAt, language, "short")}
            </time>
          ) : (
            <TaskProgress task={task} toolName={toolName} className="min-w-0 flex-1" clamped />
          )}
          <CardActions task={task} />
        </div>
      </div>
    </article>
  );
}

function CardActions({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { cancel, retry, remove } = useTaskActions();
  const [busy, setBusy] = useState(false);
  const run = (action: (task: Task) => Promise<unknown>) => async () => {
    setBusy(true);
    await action(task);
    setBusy(false);
  };
  if (!isFinal(task)) {
    return (
      <IconButton
        label={t("common.cancel")}
        disabled={busy || task.stage === "cancelling"}
        onClick={run(cancel)}
      >
        <X aria-hidden className="size-4.5" />
      </IconButton>
    );
  }
  const [result, ...more] = task.results;
  return (
    <div className="-mr-2 flex shrink-0">
      {more.length > 0 ? (
        <IconButton
          label={t("common.downloadAll", { total: task.results.length })}
          onClick={() => void saveFiles(task.results.map(({ downloadUrl }) => downloadUrl))}
        >
          <Download aria-hidden className="size-4.5" />
        </IconButton>
      ) : result ? (
        <a
          href={result.downloadUrl}
          download
          aria-label={t("common.download")}
          title={t("common.download")}
          className={buttonClass("quiet", "sm", "size-9 px-0! text-soft pointer-coarse:size-11")}
        >
          <Download aria-hidden className="size-4.5" />
        </a>
      ) : (
        <RepeatOfCard task={task} busy={busy} onRepeat={run(retry)} />
      )}
      <IconButton label={t("common.delete")} disabled={busy} onClick={run(remove)}>
        <Trash2 aria-hidden className="size-4.5" />
      </IconButton>
    </div>
  );
}
