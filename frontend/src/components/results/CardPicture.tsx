/** The picture of a card: its results, or what it works on, in the right shape and number from the first moment. */
import clsx from "clsx";
import { Picture } from "@/components/ui/placeholder";
import { useTranslation } from "@/locales/i18n";
import type { Task } from "@/types/task";
import { Mosaic } from "./Mosaic";
import { PartialPicture } from "./PartialPicture";
import { isCounted, pictureCount, taskAspect, wordsOf } from "./task-shape";

export function CardPicture({ task, toolName }: { task: Task; toolName: string }) {
  const { t } = useTranslation();
  const [result] = task.results;
  const [input] = task.inputs;
  const count = pictureCount(task);
  const faded = task.status === "failed" || task.status === "cancelled";
  const alt = wordsOf(task) ?? t("tasks.alt", { tool: toolName });
  const made = (index: number) => {
    const each = task.results[index];
    return each ? (
      <Picture
        src={each.thumbnailUrl}
        thumbhash={each.thumbhash}
        alt={count > 1 ? `${alt} ${index + 1}` : alt}
        className="size-full object-cover"
        loading="lazy"
        decoding="async"
      />
    ) : index === 0 ? (
      <PartialPicture key={task.id} url={task.previewUrl} className="object-cover" />
    ) : null;
  };
  return (
    <div
      className={clsx("relative overflow-hidden", result ? "checkers" : "bg-easel")}
      style={{ aspectRatio: taskAspect(task) }}
    >
      {isCounted(task) && count > 1 && !faded ? (
        <Mosaic count={count} frame={made} />
      ) : result ? (
        made(0)
      ) : (
        <>
          {input ? (
            <Picture
              src={input.thumbnailUrl}
              thumbhash={input.thumbhash}
              alt={t("tasks.altInput", { name: input.name })}
              className={clsx("size-full object-cover", faded ? "opacity-40 grayscale" : "opacity-70")}
            />
          ) : (
            <p aria-hidden className="absolute inset-0 line-clamp-6 p-3 text-xs text-soft">
              {wordsOf(task)}
            </p>
          )}
          {made(0)}
        </>
      )}
      {task.results.length > 1 ? (
        <span className="absolute right-2 bottom-2 rounded-full bg-black/65 px-2 py-0.5 text-xs text-white tabular-nums">
          {task.results.length}
        </span>
      ) : null}
    </div>
  );
}
