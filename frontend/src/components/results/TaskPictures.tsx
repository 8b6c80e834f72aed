/**
 * The pictures of a task in one frame that never changes size: what is worked on, then the result over its
 * original; with several, a strip to choose from.
 */
import { lazy, type ReactNode, Suspense } from "react";
import type { ChosenPicture } from "@/hooks/useChosenPicture";
import { useTranslation } from "@/locales/i18n";
import type { Task, TaskResult } from "@/types/task";
import { FRAME_ROW, Frame } from "./Frame";
import { PictureStrip } from "./PictureStrip";

const ImagePreview = lazy(async () => ({ default: (await import("./ImagePreview")).ImagePreview }));

type TaskPicturesProps = {
  task: Task;
  toolName: string;
  chosen: ChosenPicture;
  /** Stands where the viewer's controls will be. */
  progress?: ReactNode;
};

export function TaskPictures({ task, toolName, chosen, progress }: TaskPicturesProps) {
  const { t } = useTranslation();
  const { result, original, choose } = chosen;
  // Also when a single one of several was delivered: the row keeps its place.
  const several = Math.max(task.inputs.length, task.results.length) > 1;
  const alt = original ? t("tasks.altInput", { name: original.name }) : "";
  if (!result) {
    return (
      <div className="grid gap-3">
        <Frame
          width={original?.width ?? 4}
          height={original?.height ?? 3}
          source={original?.thumbnailUrl ?? null}
          thumbhash={original?.thumbhash}
          alt={alt}
          dim
        />
        <div className={FRAME_ROW}>{progress}</div>
        {several ? (
          <PictureStrip
            pictures={task.inputs}
            chosen={original?.id ?? null}
            onChoose={choose}
            downloads={[]}
          />
        ) : null}
      </div>
    );
  }
  return (
    <div className="grid gap-3">
      <Suspense fallback={<PreviewPlace result={result} source={original?.thumbnailUrl ?? null} />}>
        <ImagePreview
          key={result.fileId}
          before={original && { ...original, alt }}
          after={{ ...result, alt: t("tasks.alt", { tool: toolName }) }}
        />
      </Suspense>
      {several ? (
        <PictureStrip
          pictures={task.results.map((each) => ({ ...each, id: each.fileId }))}
          chosen={result.fileId}
          onChoose={choose}
          downloads={task.results.map(({ downloadUrl }) => downloadUrl)}
        />
      ) : null}
    </div>
  );
}

/** As tall as the comparison with its controls, while its code is on the way. */
function PreviewPlace({ result, source }: { result: TaskResult; source: string | null }) {
  return (
    <div className="grid gap-3">
      <Frame width={result.width} height={result.height} source={source} alt="" />
      <div className={FRAME_ROW} />
    </div>
  );
}
