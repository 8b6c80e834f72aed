/** Where a task stands, in honest words: its place, a real percentage, why it waits, what came back. */
import clsx from "clsx";
import { useTranslation } from "@/locales/i18n";
import { isFinal } from "@/services/tasks";
import type { Task } from "@/types/task";
import { formatPercent } from "@/utils/formatting";
import { progressWords } from "./progress-words";

type TaskProgressProps = {
  task: Task;
  toolName: string;
  className?: string;
  /** At most two lines of words, for a card. */
  clamped?: boolean;
};

export function TaskProgress({ task, toolName, className, clamped = false }: TaskProgressProps) {
  const { t, language } = useTranslation();
  const words = progressWords(task, t, language);
  return (
    <div className={clsx("grid gap-1.5", className)}>
      <p className="flex flex-wrap items-baseline justify-between gap-x-2 text-sm">
        <span
          title={clamped ? words.state : undefined}
          className={clsx(
            "min-w-0 font-medium tabular-nums",
            task.status === "failed" && "text-cinnabar-ink",
            clamped && "line-clamp-2",
          )}
        >
          {words.state}
        </span>
        {words.note ? <span className="text-xs text-soft tabular-nums">{words.note}</span> : null}
      </p>
      {isFinal(task) ? null : (
        <ProgressBar task={task} label={t("tasks.progress.bar", { tool: toolName })} locale={language} />
      )}
    </div>
  );
}

/** Filled as far as the server knows; a sweep while nothing can be measured, never an invented number. */
function ProgressBar({ task, label, locale }: { task: Task; label: string; locale: string }) {
  const measured = task.stage === "running" || task.stage === "saving";
  const share = task.stage === "saving" ? 1 : task.progress;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(measured && {
        "aria-valuenow": Math.floor(share * 100),
        "aria-valuetext": formatPercent(share, locale),
      })}
      className={TRACK}
    >
      {measured ? (
        <div
          className="h-full origin-left rounded-full bg-azurite transition-transform duration-300"
          style={{ transform: `scaleX(${share})` }}
        />
      ) : (
        <Sweep />
      )}
    </div>
  );
}

/** The same for a press that the server has not confirmed. */
export function SendingProgress() {
  const { t } = useTranslation();
  return (
    <div className="grid gap-1.5">
      <p className="text-sm font-medium">{t("tasks.progress.sending")}</p>
      <div className={TRACK}>
        <Sweep />
      </div>
    </div>
  );
}

const TRACK = "h-1.5 overflow-hidden rounded-full bg-sunken";

function Sweep() {
  return <div className="h-full w-1/3 animate-sweep rounded-full bg-azurite/60" />;
}
