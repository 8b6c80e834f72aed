/**
 * The pictures of a task in one frame that never changes size: what is worked on, then the result over its
 * original; with several, a strip to choose from.
 */
import { lazy, type ReactNode, Suspense } from "react";
import type { ChosenPicture } from "@/hooks/useChosenPicture";
import { useTranslation } from "@/locales/i18n";
import { isFinal } from "@/services/tasks";
import type { Task } from "@/types/task";
import { FRAME_ROW, Frame } from "./Frame";
import { PartialPicture } from "./PartialPicture";
import { EmptyStrip, PictureStrip } from "./PictureStrip";
import { askedShape, isCounted, pictureCount, type Shape, steadyShape, wordsOf } from "./task-shape";

const ImagePreview = lazy(async () => ({ default: (await import("./ImagePreview")).ImagePreview }));

type TaskPicturesProps = {
  task: Task;
  toolName: string;
  chosen: ChosenPicture;
  /** Stands where the viewer's controls will be. */
  progress?: ReactNode;
  /** Stands in the frame of a task that ended without a picture. */
  outcome?: ReactNode;
};

export function TaskPictures({ task, toolName, chosen, progress, outcome }: TaskPicturesProps) {
  const { t } = useTranslation();
  const { result, original, choose } = chosen;
  // Also when a single one of several was delivered: the row keeps its place.
  const counted = isCounted(task);
  const several = counted ? pictureCount(task) > 1 : Math.max(task.inputs.length, task.results.length) > 1;
  const asked = askedShape(task.parameters, original ? [original] : []);
  const alt = original ? t("tasks.altInput", { name: original.name }) : "";
  if (!result) {
    return (
      <div className="grid gap-3">
        {/* The frame keeps its size; words that need more than it has go on below it. */}
        <div className="grid *:[grid-area:1/1]">
          <Frame
            width={asked?.width ?? 4}
            height={asked?.height ?? 3}
            source={original?.thumbnailUrl ?? null}
            thumbhash={original?.thumbhash}
            alt={alt}
            dim
          >
            <PartialPicture key={task.id} url={task.previewUrl} className="object-contain" />
          </Frame>
          {outcome && isFinal(task) ? (
            <div className="relative grid justify-items-center p-3">{outcome}</div>
          ) : null}
        </div>
        <div className={FRAME_ROW}>{isFinal(task) && outcome ? null : progress}</div>
        {several && counted ? <EmptyStrip count={pictureCount(task)} /> : null}
        {several && !counted ? (
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
  const frame = steadyShape(asked, result);
  return (
    <div className="grid gap-3">
      <Suspense fallback={<PreviewPlace frame={frame} source={original?.thumbnailUrl ?? null} />}>
        <ImagePreview
          key={result.fileId}
          frame={frame}
          before={original && { ...original, alt }}
          after={{ ...result, alt: wordsOf(task) ?? t("tasks.alt", { tool: toolName }) }}
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
function PreviewPlace({ frame, source }: { frame: Shape; source: string | null }) {
  return (
    <div className="grid gap-3">
      <Frame width={frame.width} height={frame.height} source={source} alt="" />
      <div className={FRAME_ROW} />
    </div>
  );
}
