/** One task: its result against the original, what can be done with it, and the recipe that made it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { Link, useLocation, useParams } from "wouter";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { CancelledNote } from "@/components/results/CancelledNote";
import { FailureNote } from "@/components/results/FailureNote";
import { MadeBy } from "@/components/results/MadeBy";
import { Outcome } from "@/components/results/Outcome";
import { TaskPictures } from "@/components/results/TaskPictures";
import { TaskProgress } from "@/components/results/TaskProgress";
import { fellShort } from "@/components/results/task-shape";
import { buttonClass } from "@/components/ui/button";
import { useCatalogue } from "@/hooks/useCatalogue";
import { useChosenPicture } from "@/hooks/useChosenPicture";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import { taskQuery } from "@/services/queries";
import { findTask } from "@/services/task-cache";
import { isFinal } from "@/services/tasks";
import type { Task } from "@/types/task";
import { Recipe } from "./Recipe";
import { TaskActions } from "./TaskActions";

export function TaskPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const cache = useQueryClient();
  const query = useQuery({ ...taskQuery(id), placeholderData: () => findTask(cache, id) });
  const task = query.data;

  if (query.isError && !task) {
    return (
      <div className="mx-auto grid max-w-2xl gap-4 p-4 lg:p-8">
        <header className="flex items-center gap-2">
          <BackLink />
          <h1 className="text-xl font-semibold tracking-tight">{t("tasks.history")}</h1>
        </header>
        <ErrorMessage error={query.error} onRetry={() => void query.refetch()} />
      </div>
    );
  }
  if (!task) {
    return (
      <div className="grid min-h-[60dvh] place-items-center">
        <LoadingSpinner />
      </div>
    );
  }
  return <Opened task={task} />;
}

function Opened({ task }: { task: Task }) {
  const [, navigate] = useLocation();
  const catalogue = useCatalogue();
  const chosen = useChosenPicture(task);
  const toolName = catalogue.toolName(task.taskType);
  return (
    <div className="mx-auto grid max-w-[100rem] gap-5 p-4 lg:grid-cols-[minmax(0,1fr)_22rem] lg:gap-8 lg:p-8">
      <header className="flex items-center gap-2 lg:col-span-2">
        <BackLink />
        <h1 className="text-xl font-semibold tracking-tight">{toolName}</h1>
        <span className="text-sm text-soft tabular-nums">{task.taskNo}</span>
      </header>
      <div className="min-w-0">
        <TaskPictures
          task={task}
          toolName={toolName}
          chosen={chosen}
          outcome={<Outcome task={task} toolName={toolName} />}
        />
        <CancelledNote task={task} className="mt-3 text-center text-sm" />
        <MadeBy task={task} className="mt-3 text-center text-xs text-soft" />
      </div>
      <aside className="grid content-start gap-5">
        {isFinal(task) && !fellShort(task) ? null : <State task={task} toolName={toolName} />}
        <TaskActions
          task={task}
          result={chosen.result}
          onRetried={(next) => navigate(paths.task(next.id))}
          onDeleted={() => navigate(paths.history())}
        />
        <Recipe
          task={task}
          result={chosen.result}
          tool={catalogue.findTool(task.taskType)}
          toolName={toolName}
          styles={catalogue.styles}
          promptStyles={catalogue.promptStyles}
          templates={catalogue.templates}
        />
      </aside>
    </div>
  );
}

function State({ task, toolName }: { task: Task; toolName: string }) {
  return (
    <div className="rounded-lg border border-line bg-surface p-4">
      <TaskProgress task={task} toolName={toolName} />
      <FailureNote task={task} className="mt-2 text-sm text-soft" />
    </div>
  );
}

function BackLink() {
  const { t } = useTranslation();
  return (
    <Link
      href={paths.history()}
      aria-label={t("tasks.history")}
      title={t("tasks.history")}
      className={buttonClass("quiet", "sm", "size-9 px-0! pointer-coarse:size-11")}
    >
      <ArrowLeft aria-hidden className="size-5" />
    </Link>
  );
}
