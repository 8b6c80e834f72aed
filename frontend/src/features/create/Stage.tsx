/**
 * The large place for the picture at hand: the original before a press, its progress during, the result
 * with its comparison after, all in one frame that never changes size.
 */

import clsx from "clsx";
import { Info, WandSparkles, X } from "lucide-react";
import { Link } from "wouter";
import { CancelledNote } from "@/components/results/CancelledNote";
import { DownloadLink } from "@/components/results/DownloadLink";
import { FailureNote } from "@/components/results/FailureNote";
import { FRAME_ROW, Frame } from "@/components/results/Frame";
import { MadeBy } from "@/components/results/MadeBy";
import { Outcome } from "@/components/results/Outcome";
import { EmptyStrip } from "@/components/results/PictureStrip";
import { RepeatButton } from "@/components/results/RepeatButton";
import { TaskPictures } from "@/components/results/TaskPictures";
import { SendingProgress, TaskProgress } from "@/components/results/TaskProgress";
import { fellShort, isCounted } from "@/components/results/task-shape";
import { Button, buttonClass } from "@/components/ui/button";
import { useChosenPicture } from "@/hooks/useChosenPicture";
import { useTaskActions } from "@/hooks/useTaskActions";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import type { Press } from "@/services/presses";
import { isFinal } from "@/services/tasks";
import type { Task, TaskResult } from "@/types/task";

/** A press before the server has answered, laid out exactly like the task it becomes. */
export function PendingPress({ press, toolName, workName }: { press: Press } & Names) {
  return (
    <section className="grid gap-3" aria-label={toolName}>
      <Frame width={press.aspect} height={1} source={press.previewUrl} alt="" dim />
      <div className={clsx(FRAME_ROW, NARROW)}>
        <SendingProgress />
      </div>
      {press.count > 1 ? <EmptyStrip count={press.count} /> : null}
      <Caption text={workName} />
      {/* Where it will say who makes it. */}
      {isCounted({ parameters: press.body.parameters ?? {} }) ? <div className="min-h-4" /> : null}
      <div className="min-h-10 pointer-coarse:min-h-11" />
    </section>
  );
}

/** Lines of text under a wide picture. */
const NARROW = "mx-auto w-full max-w-md";

type Names = {
  toolName: string;
  /** What made the picture: the tool and its style may have been changed in the form since. */
  workName: string;
};

type StageProps = Names & {
  task: Task;
  onRetried: (task: Task) => void;
  onUse: (fileId: string) => void;
};

export function Stage({ task, toolName, workName, onRetried, onUse }: StageProps) {
  const chosen = useChosenPicture(task);
  return (
    <div className="grid gap-3">
      <TaskPictures
        task={task}
        toolName={toolName}
        chosen={chosen}
        progress={<TaskProgress task={task} toolName={toolName} className={NARROW} />}
        outcome={<Ended task={task} toolName={toolName} onRetried={onRetried} />}
      />
      <Caption text={workName} />
      {chosen.result ? (
        <Finished task={task} result={chosen.result} toolName={toolName} onUse={onUse} />
      ) : (
        <Unfinished task={task} />
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
      {fellShort(task) ? <TaskProgress task={task} toolName={toolName} className={NARROW} /> : null}
      <Reason task={task} />
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

/** Nothing came of it; what happened and the next step stand where the picture would. */
function Ended({ task, toolName, onRetried }: Pick<StageProps, "task" | "toolName" | "onRetried">) {
  const { t } = useTranslation();
  const { retry } = useTaskActions();
  const again = async () => {
    const next = await retry(task);
    if (next) onRetried(next);
  };
  return (
    <Outcome task={task} toolName={toolName}>
      <RepeatButton task={task} label={t("common.retry")} onRepeat={again} />
      <DetailsLink id={task.id} />
    </Outcome>
  );
}

function Unfinished({ task }: Pick<StageProps, "task">) {
  const { t } = useTranslation();
  const { cancel } = useTaskActions();
  const maker = <MadeBy task={task} className={clsx("text-center text-xs text-soft", NARROW)} />;
  if (isFinal(task)) return maker;
  return (
    <>
      {maker}
      <div className="flex flex-wrap justify-center gap-2">
        <Button disabled={task.stage === "cancelling"} onClick={() => cancel(task)}>
          <X aria-hidden className="size-4" />
          {t("common.cancel")}
        </Button>
        <DetailsLink id={task.id} />
      </div>
    </>
  );
}

/** Why it failed, and who made it or is at it. */
function Reason({ task }: { task: Task }) {
  return (
    <>
      <FailureNote task={task} className={clsx("text-sm", NARROW)} />
      <CancelledNote task={task} className={clsx("text-center text-sm", NARROW)} />
      <MadeBy task={task} className={clsx("text-center text-xs text-soft", NARROW)} />
    </>
  );
}

function Caption({ text }: { text: string }) {
  return <p className="text-center text-sm text-soft">{text}</p>;
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
