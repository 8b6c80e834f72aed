/** Tools and styles in the reader's language, with names for what a task recorded. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "@/locales/i18n";
import { catalogueQuery } from "@/services/queries";

export function useCatalogue() {
  const { language } = useTranslation();
  const query = useQuery(catalogueQuery(language));
  const { tools = [], styles = [] } = query.data ?? {};
  return {
    tools,
    styles,
    query,
    findTool: (taskType: string) => tools.find((tool) => tool.taskType === taskType),
    /** A tool that is gone from the catalogue keeps its technical name. */
    toolName: (taskType: string) => tools.find((tool) => tool.taskType === taskType)?.name ?? taskType,
    modelName: (taskType: string, id: string) =>
      tools.find((tool) => tool.taskType === taskType)?.models.find((model) => model.id === id)?.name ?? id,
    styleName: (id: string | null | undefined) =>
      id ? (styles.find((style) => style.id === id)?.name ?? id) : null,
  };
}
