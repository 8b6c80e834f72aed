/**
 * The large place for the picture at hand: the original before a press, its progress during, the result
 * with its comparison after, all in one frame that never changes size.
 */

import { Download, Info, RotateCw, WandSparkles, X } from "lucide-react";
import { lazy, Suspense } from "react";
import { Link } from "wouter";
import { TaskProgress } from "@/components/results/TaskProgress";
import { Button, buttonClass } from "@/components/ui/button";
import { Picture } from "@/components/ui/placeholder";
import { useTaskActions } from "@/hooks/useTaskActions";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import type { Press } from "@/services/presses";
import { isFinal } from "@/services/tasks";
import type { Task } from "@/types/task";

const ImagePreview = lazy(async () => ({
  default: (await import("@/components/results/ImagePreview")).ImagePreview,
}));

/** A press before the server has answered, laid out exactly like the task it becomes. */
export function PendingPress({ press, toolName }: { press: Press; toolName: string }) {
  const { t } = useTranslation();
  return (
    <section className="grid gap-3" aria-label={toolName}>
      <Frame width={press.aspect} height={1} source={press.previewUrl} alt="" dim />
      <div className={UNDER_FRAME}>
        <div className="grid gap-1.5">
          <p className="text-sm font-medium">{t("tasks.progress.sending")}</p>
          <div className="h-1.5 overflow-hidden rounded-full bg-sunken">
            <div className="h-full w-1/3 animate-sweep rounded-full bg-azurite/60" />
          </div>
        </div>
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
  const { t } = useTranslation();
  const input = task.inputs[0];
  const result = task.results[0];
  if (!result) return <Unfinished task={task} toolName={toolName} onRetried={onRetried} />;
  const waiting = (
    <div className="grid gap-3">
      <Frame width={result.width} height={result.height} source={input?.thumbnailUrl ?? null} alt="" />
      <div className="min-h-9.5 pointer-coarse:min-h-11.5" />
    </div>
  );
  return (
    <div className="grid gap-3">
      <Suspense fallback={waiting}>
        <ImagePreview
          key={task.id}
          before={input ? { ...input, alt: t("tasks.altInput", { name: input.name }) } : null}
          after={{ ...result, alt: t("tasks.alt", { tool: toolName }) }}
        />
      </Suspense>
      <div className="flex flex-wrap justify-center gap-2">
        <a href={result.downloadUrl} download className={buttonClass("primary", "md", "max-sm:px-2.5")}>
          <Download aria-hidden className="size-4" />
          {t("common.download")}
        </a>
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
    </div>
  );
}

function Unfinished({ task, toolName, onRetried }: Omit<StageProps, "onUse">) {
  const { t } = useTranslation();
  const { cancel, retry } = useTaskActions();
  const input = task.inputs[0];
  const again = async () => {
    const next = await retry(task);
    if (next) onRetried(next);
  };
  return (
    <div className="grid gap-3">
      <Frame
        width={input?.width ?? 4}
        height={input?.height ?? 3}
        source={input?.thumbnailUrl ?? null}
        thumbhash={input?.thumbhash ?? null}
        alt={input ? t("tasks.altInput", { name: input.name }) : ""}
        dim
      />
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

type FrameProps = {
  width: number;
  height: number;
  source: string | null;
  thumbhash?: string | null;
  alt: string;
  dim?: boolean;
};

/** The frame of the stage, as large as the comparison that will take its place. */
export function Frame({ width, height, source, thumbhash, alt, dim }: FrameProps) {
  return (
    <div
      className="relative mx-auto w-full overflow-hidden rounded-lg bg-easel"
      style={{ aspectRatio: `${width} / ${height}`, maxWidth: `calc(min(70dvh, 60rem) * ${width / height})` }}
    >
      {source ? (
        <Picture
          src={source}
          thumbhash={thumbhash}
          alt={alt}
          className={`size-full object-contain ${dim ? "opacity-60" : ""}`}
        />
      ) : null}
    </div>
  );
}
