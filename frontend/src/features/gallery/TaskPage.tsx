/** One task: its result against the original, what can be done with it, and the recipe that made it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { Link, useLocation, useParams } from "wouter";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { ImagePreview } from "@/components/results/ImagePreview";
import { TaskProgress } from "@/components/results/TaskProgress";
import { buttonClass } from "@/components/ui/button";
import { Picture } from "@/components/ui/placeholder";
import { useCatalogue } from "@/hooks/useCatalogue";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import { taskQuery } from "@/services/queries";
import { findTask } from "@/services/task-cache";
import type { Task } from "@/types/task";
import { Recipe } from "./Recipe";
import { TaskActions } from "./TaskActions";

export function TaskPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const cache = useQueryClient();
  const [, navigate] = useLocation();
  const query = useQuery({ ...taskQuery(id), placeholderData: () => findTask(cache, id) });
  const [index, setIndex] = useState(0);
  const catalogue = useCatalogue();
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
  const toolName = catalogue.toolName(task.taskType);
  return (
    <div className="mx-auto grid max-w-[100rem] gap-5 p-4 lg:grid-cols-[minmax(0,1fr)_22rem] lg:gap-8 lg:p-8">
      <header className="flex items-center gap-2 lg:col-span-2">
        <BackLink />
        <h1 className="text-xl font-semibold tracking-tight">{toolName}</h1>
        <span className="text-sm text-soft tabular-nums">{task.taskNo}</span>
      </header>
      <div className="grid min-w-0 content-start gap-3">
        <Pictures task={task} index={index} toolName={toolName} />
        {task.results.length > 1 ? <Strip task={task} index={index} onChange={setIndex} /> : null}
      </div>
      <aside className="grid content-start gap-5">
        {task.status === "completed" && task.creditsRefunded === 0 ? null : (
          <State task={task} toolName={toolName} />
        )}
        <TaskActions
          task={task}
          result={task.results[index] ?? null}
          onRetried={(next) => navigate(paths.task(next.id))}
          onDeleted={() => navigate(paths.history())}
        />
        <Recipe
          task={task}
          result={task.results[index] ?? null}
          tool={catalogue.findTool(task.taskType)}
          toolName={toolName}
          styles={catalogue.styles}
        />
      </aside>
    </div>
  );
}

function State({ task, toolName }: { task: Task; toolName: string }) {
  const { t } = useTranslation();
  return (
    <div className="rounded-lg border border-line bg-surface p-4">
      <TaskProgress task={task} toolName={toolName} />
      {task.error?.message ? <p className="mt-2 text-sm text-soft">{task.error.message}</p> : null}
      {task.error?.code ? (
        <p className="mt-1 text-xs text-soft">{t("errors.code", { code: task.error.code })}</p>
      ) : null}
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

function Pictures({ task, index, toolName }: { task: Task; index: number; toolName: string }) {
  const { t } = useTranslation();
  const result = task.results[index];
  // Result number n belongs to input number n; a single input stands for all.
  const input = task.inputs[index] ?? task.inputs[0];
  if (result) {
    return (
      <ImagePreview
        key={result.fileId}
        before={input ? { ...input, alt: t("tasks.altInput", { name: input.name }) } : null}
        after={{ ...result, alt: t("tasks.alt", { tool: toolName }) }}
      />
    );
  }
  if (!input) return <div className="aspect-4/3 rounded-lg bg-easel" />;
  return (
    <div
      className="relative mx-auto w-full overflow-hidden rounded-lg bg-easel"
      style={{
        aspectRatio: `${input.width} / ${input.height}`,
        maxWidth: `calc(min(70dvh, 60rem) * ${input.width / input.height})`,
      }}
    >
      <Picture
        src={input.url}
        thumbhash={input.thumbhash}
        alt={t("tasks.altInput", { name: input.name })}
        className="size-full object-contain opacity-60"
      />
    </div>
  );
}

function Strip({ task, index, onChange }: { task: Task; index: number; onChange: (index: number) => void }) {
  const { t } = useTranslation();
  return (
    <ul className="flex flex-wrap justify-center gap-2">
      {task.results.map((result, place) => (
        <li key={result.fileId}>
          <button
            type="button"
            aria-pressed={place === index}
            aria-label={t("tasks.pictureOf", { index: place + 1, total: task.results.length })}
            onClick={() => onChange(place)}
            className={`checkers relative size-16 overflow-hidden rounded-md ${place === index ? "ring-2 ring-cinnabar" : "ring-1 ring-line"}`}
          >
            <Picture
              src={result.thumbnailUrl}
              thumbhash={result.thumbhash}
              alt=""
              className="size-full object-cover"
            />
          </button>
        </li>
      ))}
    </ul>
  );
}
