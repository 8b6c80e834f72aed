/** What changes the words on the workbench, and with them what is remembered of the words before. */
import { type ParameterValues, setParameters, setWording } from "@/services/workbench";
import type { Tool } from "@/types/api";
import type { Example } from "../examples";
import type { ToolSettings } from "../tool-settings";
import { isOther, type SettledWording } from "./wording";

type WordActionsProps = {
  tool: Tool | null;
  settings: ToolSettings | null;
  values: ParameterValues;
  wording: SettledWording | null;
};

export function wordActions({ tool, settings, values, wording }: WordActionsProps) {
  const original = wording?.original ?? null;
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
    /** With the shape that goes with it, unless somebody chose another one; taken back when it goes. */
    chooseTemplate: (id: string | null) => {
      if (!tool || !wording) return;
      setWording(tool.taskType, { template: id });
      const shape = settings?.rest.find(({ kind }) => kind === "ratio");
      if (!shape) return;
      const [before, next] = [wording.template, wording.templates.find((template) => template.id === id)];
      const { [shape.name]: chosen, ...others } = values;
      if (chosen !== undefined && chosen !== before?.aspectRatio) return;
      const ratio = shape.choices.find(({ value }) => value === next?.aspectRatio)?.value;
      setParameters(tool.taskType, ratio === undefined ? others : { ...others, [shape.name]: ratio });
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
