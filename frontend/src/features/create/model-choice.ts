/** Which model a press would go to, and who else could. */
import type { AiModel, Tool } from "@/types/api";

export type ModelChoice = {
  /** The one that somebody chose; null leaves it to the server. */
  named: AiModel | null;
  /** The one that would work: the named one, or the first in the server's order. */
  acting: AiModel | null;
  /** The name of a chosen one that cannot be had any more. */
  gone: string | null;
};

export function chooseModel(tool: Tool, wanted: string | undefined): ModelChoice {
  const offered = tool.models.filter((model) => model.available);
  const named = offered.find((model) => model.id === wanted) ?? null;
  const gone = wanted === undefined || named ? null : wanted;
  return {
    named,
    acting: named ?? offered[0] ?? null,
    gone: gone && (tool.models.find((model) => model.id === gone)?.name ?? gone),
  };
}

/** A list that is empty says nothing, so it is held against nobody. */
const readsChinese = ({ promptLanguages }: AiModel): boolean =>
  promptLanguages.length === 0 || promptLanguages.includes("zh");

/** Words that the model at hand does not read, and one that does; null when all is well. */
export function languageGap(tool: Tool, { acting }: ModelChoice, prompt: string) {
  if (!acting || readsChinese(acting) || !/\p{Script=Han}/u.test(prompt)) return null;
  const better = tool.models.find((model) => model.available && readsChinese(model)) ?? null;
  return { model: acting, better };
}

/** Those that cannot be had, together where one step mends them all. */
export function unavailableByCause(models: AiModel[]) {
  const groups = new Map<string, { vendor: string; names: string[]; cause: AiModel["unavailable"] }>();
  for (const { available, provider, providerName, name, unavailable } of models) {
    if (available) continue;
    const key = JSON.stringify([provider, unavailable]);
    const group = groups.get(key) ?? { vendor: providerName, names: [], cause: unavailable };
    group.names.push(name);
    groups.set(key, group);
  }
  return [...groups.values()];
}
