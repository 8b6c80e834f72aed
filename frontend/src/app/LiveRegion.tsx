/** Says once, for screen readers, that a result has arrived or failed. */
import { useEffect, useState } from "react";
import { returned } from "@/components/results/progress-words";
import { useCatalogue } from "@/hooks/useCatalogue";
import { useTranslation } from "@/locales/i18n";
import { onTaskSettled } from "@/services/task-cache";

export function LiveRegion() {
  const { t, language } = useTranslation();
  const { toolName } = useCatalogue();
  const [words, setWords] = useState("");
  useEffect(
    () =>
      onTaskSettled((task) => {
        const tool = toolName(task.taskType);
        if (task.status === "completed") setWords(t("common.result.done", { tool }));
        if (task.status === "failed") {
          const back = returned(task, t, language) ?? t("tasks.progress.notCharged");
          setWords(`${t("common.result.failed", { tool })}, ${back}`);
        }
      }),
    [t, language, toolName],
  );
  return (
    <p role="status" aria-live="polite" className="sr-only">
      {words}
    </p>
  );
}
