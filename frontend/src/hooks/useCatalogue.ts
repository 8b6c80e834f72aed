/** Tools and styles in the reader's language, with names for what a task recorded. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "@/locales/i18n";
import { catalogueQuery } from "@/services/queries";
import type { NewTask } from "@/types/task";

export function useCatalogue() {
  const { t, language } = useTranslation();
  const query = useQuery(catalogueQuery(language));
  const {
    tools = [],
    styles = [],
    promptStyles = [],
    templates = [],
    promptModel = false,
  } = query.data ?? {};
  const findTool = (taskType: string) => tools.find((tool) => tool.taskType === taskType);
  /** A tool or style that is gone from the catalogue keeps its technical name. */
  const toolName = (taskType: string) => findTool(taskType)?.name ?? taskType;
  const styleName = (id: unknown) =>
    typeof id === "string" && id
      ? ([...styles, ...promptStyles].find((style) => style.id === id)?.name ?? id)
      : null;
  return {
    tools,
    styles,
    promptStyles,
    templates,
    /** Whether prompts can be improved and translated here. */
    promptModel,
    query,
    findTool,
    toolName,
    modelName: (taskType: string, id: string) =>
      findTool(taskType)?.models.find((model) => model.id === id)?.name ?? id,
    /** The tool and with what style: a named one, a blend of two, or a picture of one's own. */
    workName: ({ taskType, style, parameters = {} }: Work) => {
      const both = [styleName(style), styleName(parameters.blendStyle)].filter(Boolean).join(" + ");
      const made = parameters.styleImage ? t("tasks.ownStyle") : both;
      return made ? `${toolName(taskType)} · ${made}` : toolName(taskType);
    },
  };
}

type Work = Pick<NewTask, "taskType" | "style" | "parameters">;
