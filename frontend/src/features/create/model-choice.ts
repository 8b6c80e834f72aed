/** Which model a press would go to, and who else could. */
import type { AiModel, Tool } from "@/types/api";

export type ModelChoice = {
  /** Those that can be had for so many pictures, in the server's order. */
  offered: AiModel[];
  /** The one that the server would choose: the first that the balance can pay, else the first. */
  automatic: AiModel | null;
  /** The one that somebody chose; null leaves it to the server. */
  named: AiModel | null;
  /** The one that would work: the named one, or the automatic one. */
  acting: AiModel | null;
  /** The name of a chosen one that cannot be had any more. */
  gone: string | null;
  /** A chosen one that takes fewer pictures than there are. */
  tooMany: AiModel | null;
};

export function chooseModel(
  tool: Tool,
  wanted: string | undefined,
  pictures: number,
  isPayable: (model: AiModel) => boolean,
): ModelChoice {
  const available = tool.models.filter((model) => model.available);
  const offered = available.filter((model) => model.maxInputs >= pictures);
  const named = offered.find((model) => model.id === wanted) ?? null;
  const tooMany = named ? null : (available.find((model) => model.id === wanted) ?? null);
  const gone = wanted === undefined || named || tooMany ? null : wanted;
  const automatic = offered.find(isPayable) ?? offered[0] ?? null;
  return {
    offered,
    automatic,
    named,
    acting: named ?? automatic,
    gone: gone && (tool.models.find((model) => model.id === gone)?.name ?? gone),
    tooMany,
  };
}

/** Pictures that a task of this tool can have, on one model or another. */
export function mostPictures(tool: Tool): number {
  const takes = tool.models.filter((model) => model.available).map((model) => model.maxInputs);
  return takes.length > 0 ? Math.min(tool.inputs.max, Math.max(...takes)) : tool.inputs.max;
}

/** A list that is empty says nothing, so it is held against nobody. */
const readsChinese = ({ promptLanguages }: AiModel): boolean =>
  promptLanguages.length === 0 || promptLanguages.includes("zh");

/** Words that the model at hand does not read, and one that does, which can be paid if there is one; null when all is well. */
export function languageGap(
  { offered, acting }: ModelChoice,
  prompt: string,
  isPayable: (model: AiModel) => boolean,
) {
  if (!acting || readsChinese(acting) || !/\p{Script=Han}/u.test(prompt)) return null;
  const able = offered.filter(readsChinese);
  const better = able.find(isPayable) ?? able[0] ?? null;
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
