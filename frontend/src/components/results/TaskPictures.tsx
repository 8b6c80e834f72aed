/**
 * The pictures of a task in one frame that never changes size: what is worked on, then the result over its
 * original; with several, a strip to choose from.
 */
import { lazy, Suspense } from "react";
import type { ChosenPicture } from "@/hooks/useChosenPicture";
import { useTranslation } from "@/locales/i18n";
import type { Task, TaskResult } from "@/types/task";
import { Frame } from "./Frame";
import { PictureStrip } from "./PictureStrip";

const ImagePreview = lazy(async () => ({ default: (await import("./ImagePreview")).ImagePreview }));

type TaskPicturesProps = { task: Task; toolName: string; chosen: ChosenPicture };

export function TaskPictures({ task, toolName, chosen }: TaskPicturesProps) {
  const { t } = useTranslation();
  const { result, original, choose } = chosen;
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
        <PictureStrip pictures={task.inputs} chosen={original?.id ?? null} onChoose={choose} />
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
      <PictureStrip
        pictures={task.results.map((each) => ({ ...each, id: each.fileId }))}
        chosen={result.fileId}
        onChoose={choose}
        downloads={task.results.map(({ downloadUrl }) => downloadUrl)}
      />
    </div>
  );
}

/** As tall as the comparison with its controls, while its code is on the way. */
function PreviewPlace({ result, source }: { result: TaskResult; source: string | null }) {
  return (
    <div className="grid gap-3">
      <Frame width={result.width} height={result.height} source={source} alt="" />
      <div className="min-h-9.5 pointer-coarse:min-h-11.5" />
    </div>
  );
}
