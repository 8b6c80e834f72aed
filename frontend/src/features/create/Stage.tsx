/**
 * The large place for the picture at hand: the original before a press, its progress during, the result
 * with its comparison after, all in one frame that never changes size.
 */

import { Info, RotateCw, WandSparkles, X } from "lucide-react";
import { Link } from "wouter";
import { DownloadLink } from "@/components/results/DownloadLink";
import { Frame } from "@/components/results/Frame";
import { TaskPictures } from "@/components/results/TaskPictures";
import { SendingProgress, TaskProgress } from "@/components/results/TaskProgress";
import { Button, buttonClass } from "@/components/ui/button";
import { useChosenPicture } from "@/hooks/useChosenPicture";
import { useTaskActions } from "@/hooks/useTaskActions";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import type { Press } from "@/services/presses";
import { isFinal } from "@/services/tasks";
import type { Task, TaskResult } from "@/types/task";

/** A press before the server has answered, laid out exactly like the task it becomes. */
export function PendingPress({ press, toolName }: { press: Press; toolName: string }) {
  const several = (press.body.inputFiles?.length ?? 0) > 1;
  return (
    <section className="grid gap-3" aria-label={toolName}>
      <Frame width={press.aspect} height={1} source={press.previewUrl} alt="" dim />
      {several ? <div className="min-h-17" /> : null}
      <div className={UNDER_FRAME}>
        <SendingProgress />
      </div>
    </section>
  );
}

/** What stands under the frame is as tall while it works as the result's controls will be. */
const UNDER_FRAME = "mx-auto grid min-h-23 w-full max-w-md content-start gap-3 pointer-coarse:min-h-26";

type StageProps = {
  task: Task;
  toolName: string;
  onRetried: (task: Task) => void;
  onUse: (fileId: string) => void;
};

export function Stage({ task, toolName, onRetried, onUse }: StageProps) {
  const chosen = useChosenPicture(task);
  return (
    <div className="grid gap-3">
      <TaskPictures task={task} toolName={toolName} chosen={chosen} />
      {chosen.result ? (
        <Finished task={task} result={chosen.result} toolName={toolName} onUse={onUse} />
      ) : (
        <Unfinished task={task} toolName={toolName} onRetried={onRetried} />
      )}
    </div>
  );
}

type FinishedProps = Pick<StageProps, "task" | "toolName" | "onUse"> & { result: TaskResult };

function Finished({ task, result, toolName, onUse }: FinishedProps) {
  const { t } = useTranslation();
  return (
    <>
      {/* Something was not delivered: what came back is said, not left to be found in the ledger. */}
      {task.creditsRefunded > 0 ? (
        <TaskProgress task={task} toolName={toolName} className="mx-auto w-full max-w-md" />
      ) : null}
      <div className="flex flex-wrap justify-center gap-2">
        <DownloadLink href={result.downloadUrl} className="max-sm:px-2.5" />
        <Button
          className="max-sm:px-2.5"
          onClick={() => onUse(result.fileId)}
          title={t("tasks.useAsInputLong")}
        >
          <WandSparkles aria-hidden className="size-4" />
          {t("tasks.useAsInput")}
        </Button>
        <DetailsLink id={task.id} />
      </div>
    </>
  );
}

function Unfinished({ task, toolName, onRetried }: Omit<StageProps, "onUse">) {
  const { t } = useTranslation();
  const { cancel, retry } = useTaskActions();
  const again = async () => {
    const next = await retry(task);
    if (next) onRetried(next);
  };
  return (
    <div className={UNDER_FRAME}>
      <TaskProgress task={task} toolName={toolName} />
      {task.error?.message ? <p className="text-sm text-soft">{task.error.message}</p> : null}
      <div className="flex flex-wrap justify-center gap-2">
        {isFinal(task) ? (
          <Button onClick={again} title={t("tasks.retryCharged")}>
            <RotateCw aria-hidden className="size-4" />
            {t("common.retry")}
          </Button>
        ) : (
          <Button disabled={task.stage === "cancelling"} onClick={() => cancel(task)}>
            <X aria-hidden className="size-4" />
            {t("common.cancel")}
          </Button>
        )}
        <DetailsLink id={task.id} />
      </div>
    </div>
  );
}

function DetailsLink({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <Link href={paths.task(id)} className={buttonClass("quiet", "md", "max-sm:px-2.5")}>
      <Info aria-hidden className="size-4" />
      {t("tasks.details")}
    </Link>
  );
}
