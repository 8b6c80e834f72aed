/** Fills the stage with what there is: a press, a task, the pictures added, or an invitation. */

import { Frame } from "@/components/results/Frame";
import { PressCard } from "@/components/results/PressCard";
import type { useCatalogue } from "@/hooks/useCatalogue";
import { useTranslation } from "@/locales/i18n";
import { isRefused, type UploadItem } from "@/services/upload-queue";
import type { StoredFile } from "@/types/api";
import type { NewTask, Task } from "@/types/task";
import { Samples } from "./Samples";
import { PendingPress, Stage } from "./Stage";
import type { OnStage } from "./useStage";

type StageAreaProps = {
  onStage: OnStage;
  items: UploadItem[];
  names: Pick<ReturnType<typeof useCatalogue>, "toolName" | "workName">;
  onAgain: (key: string) => void;
  onDismiss: (key: string) => void;
  onRetried: (task: Task) => void;
  onUse: (fileId: string) => void;
  onSample: (file: File) => void;
};

export function StageArea({
  onStage,
  items,
  names,
  onSample,
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
  return items.every(isRefused) ? <Invitation onSample={onSample} /> : null;
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

function Invitation({ onSample }: { onSample: (file: File) => void }) {
  const { t } = useTranslation();
  return (
    <div className="mx-auto grid w-full max-w-3xl gap-6 py-4 lg:py-16">
      <div className="grid gap-2">
        <h2 className="text-2xl font-semibold tracking-tight lg:text-3xl">{t("create.empty.title")}</h2>
        <p className="max-w-xl text-soft">{t("create.empty.body")}</p>
      </div>
      <Samples onPick={onSample} />
    </div>
  );
}
