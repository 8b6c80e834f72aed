/** Fills the stage with what there is: a press, a task, the pictures added, or an invitation. */

import { Frame } from "@/components/results/Frame";
import { PressCard } from "@/components/results/PressCard";
import type { useCatalogue } from "@/hooks/useCatalogue";
import { useTranslation } from "@/locales/i18n";
import { isRefused, type UploadItem } from "@/services/upload-queue";
import type { StoredFile, Tool } from "@/types/api";
import type { NewTask, Task } from "@/types/task";
import type { Example } from "./examples";
import { Invitation } from "./Invitation";
import { PendingPress, Stage } from "./Stage";
import type { OnStage } from "./useStage";

type StageAreaProps = {
  onStage: OnStage;
  tool: Tool | null;
  /** Pictures that the tool works on. */
  items: UploadItem[];
  /** How many of them are still on their way back from the server. */
  expected: number;
  names: Pick<ReturnType<typeof useCatalogue>, "toolName" | "workName">;
  onAgain: (key: string) => void;
  onDismiss: (key: string) => void;
  onRetried: (task: Task) => void;
  onUse: (fileId: string) => void;
  onSample: (file: File) => void;
  onExample: (example: Example) => void;
};

export function StageArea({
  onStage,
  tool,
  items,
  expected,
  names,
  onSample,
  onExample,
  onAgain,
  onDismiss,
  ...events
}: StageAreaProps) {
  const { press, task } = onStage;
  const stored = items.find((item) => item.stored)?.stored;
  const named = (work: NewTask) => ({
    toolName: names.toolName(work.taskType),
    workName: names.workName(work),
  });
  if (press?.state === "sending") return <PendingPress press={press} {...named(press.body)} />;
  if (press) {
    return (
      <div className="mx-auto w-full max-w-2xl">
        <PressCard
          press={press}
          toolName={names.toolName(press.body.taskType)}
          onAgain={onAgain}
          onDismiss={onDismiss}
        />
      </div>
    );
  }
  if (task) return <Stage key={task.id} task={task} {...named(task)} {...events} />;
  if (stored) return <Original file={stored} />;
  // In the shape of most photos, and like them not seen on a phone.
  if (expected > 0) return <div aria-hidden className="hidden aspect-3/2 rounded-xl bg-easel lg:block" />;
  return items.every(isRefused) ? <Invitation tool={tool} onSample={onSample} onExample={onExample} /> : null;
}

/** On a phone the list above shows the picture already. */
function Original({ file }: { file: StoredFile }) {
  const { t } = useTranslation();
  return (
    <div className="hidden lg:block">
      <Frame
        width={file.width}
        height={file.height}
        source={file.url}
        thumbhash={file.thumbhash}
        alt={t("tasks.altInput", { name: file.name })}
      />
    </div>
  );
}
