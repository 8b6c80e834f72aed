/** What changes the words on the workbench, and with them what is remembered of the words before. */
import { type ParameterValues, setParameters, setWording } from "@/services/workbench";
import type { Tool } from "@/types/api";
import type { Example } from "../examples";
import type { ToolSettings } from "../tool-settings";
import { isOther } from "./wording";

type WordActionsProps = {
  tool: Tool | null;
  settings: ToolSettings | null;
  values: ParameterValues;
  original: string | null;
};

export function wordActions({ tool, settings, values, original }: WordActionsProps) {
  const prompt = settings?.prompt;
  const write = (text: string, more: ParameterValues = {}) =>
    tool && prompt && setParameters(tool.taskType, { ...values, ...more, [prompt.name]: text });
  const remember = (words: string | null) => tool && setWording(tool.taskType, { original: words });
  return {
    takeExample: ({ text, ratio }: Example) => {
      const shape = settings?.rest.find(({ kind }) => kind === "ratio");
      const fits = shape?.choices.some(({ value }) => value === ratio);
      write(text, shape && fits ? { [shape.name]: ratio } : {});
      remember(null);
    },
    setWords: (text: string) => {
      write(text);
      const before = String((prompt && values[prompt.name]) ?? "");
      if (original && isOther(before, text)) remember(null);
    },
    /** Takes a proposal, or with null as the original the words before it. */
    reword: (text: string, before: string | null) => {
      write(text);
      remember(before);
    },
  };
}
