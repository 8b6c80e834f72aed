/**
 * What became of a task that made nothing, in the place where one looks for the picture: what happened, whether credits
 * came back, and what to do next.
 */
import { CircleAlert, CircleSlash } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "@/locales/i18n";
import type { Task } from "@/types/task";
import { FailureNote } from "./FailureNote";
import { TaskProgress } from "./TaskProgress";

type OutcomeProps = { task: Task; toolName: string; children?: ReactNode };

export function Outcome({ task, toolName, children }: OutcomeProps) {
  const { t } = useTranslation();
  const Icon = task.status === "failed" ? CircleAlert : CircleSlash;
  return (
    <div className="grid w-full max-w-md gap-2 self-center rounded-lg border border-line bg-surface p-4 shadow-card">
      <Icon
        aria-hidden
        className={task.status === "failed" ? "size-6 text-cinnabar-ink" : "size-6 text-soft"}
        strokeWidth={1.5}
      />
      <TaskProgress task={task} toolName={toolName} />
      <FailureNote task={task} className="text-sm text-soft" />
      {task.error ? <p className="text-xs text-soft">{t("errors.code", { code: task.error.code })}</p> : null}
      {children ? <div className="mt-1 flex flex-wrap gap-2">{children}</div> : null}
    </div>
  );
}
