/** Who made a picture, and who tried before; of what is embedded nothing is said, it is this server itself. */
import { useCatalogue } from "@/hooks/useCatalogue";
import { useTranslation } from "@/locales/i18n";
import { isFinal } from "@/services/tasks";
import type { Task } from "@/types/task";
import { EMBEDDED } from "@/utils/constants";

/** Vendor and model; one that carries the vendor in its name, as “Gemini 2.5” of Google Gemini does, is enough by itself. */
function named(vendor: string, model: string): string {
  const known = vendor.split(/[\s/]+/).some((word) => word.length > 1 && model.includes(word));
  return known ? model : `${vendor} ${model}`.trim();
}

/** A sentence as it stands within another one. */
function inside(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/[。.]$/, "");
}

export function MadeBy({ task, className }: { task: Task; className?: string }) {
  const { t, language } = useTranslation();
  const { modelName } = useCatalogue();
  if (task.provider === EMBEDDED) return null;
  const maker = named(task.providerName, modelName(task.taskType, task.model));
  const list = new Intl.ListFormat(language, { type: "conjunction" });
  const tried = list.format(
    task.triedBefore.map(({ providerName, model, message }) => {
      const name = named(providerName, modelName(task.taskType, model));
      return message
        ? t("tasks.madeBy.reason", { name, message: inside(message) })
        : t("tasks.madeBy.failed", { name });
    }),
  );
  return <p className={className}>{words()}</p>;

  function words() {
    if (task.status === "completed" || task.results.length > 0)
      return tried ? t("tasks.madeBy.after", { maker, tried }) : t("tasks.madeBy.plain", { maker });
    if (!tried) return t("tasks.madeBy.with", { maker });
    return isFinal(task) ? t("tasks.madeBy.all", { maker, tried }) : t("tasks.madeBy.now", { maker, tried });
  }
}
