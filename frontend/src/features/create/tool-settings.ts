/** A tool's form for the model at hand, and what the settings made so far come to in it. */
import { droppedSettings, fieldsOfModel } from "@/components/forms/model-fields";
import { readFields } from "@/components/forms/parameter-schema";
import { currentValue } from "@/components/forms/parameter-values";
import type { ParameterValues } from "@/services/workbench";
import type { Tool } from "@/types/api";
import { chooseModel } from "./model-choice";

export type ToolSettings = ReturnType<typeof settleTool>;

export function settleTool(tool: Tool, wantedModel: string | undefined, values: ParameterValues) {
  const choice = chooseModel(tool, wantedModel);
  const all = readFields(tool.parameters);
  const fields = fieldsOfModel(all, choice.acting);
  const prompt = fields.find((field) => field.kind === "prompt" && field.required) ?? null;
  const count = fields.find((field) => field.kind === "count");
  return {
    choice,
    fields,
    /** The words that the picture is made from; they have a place of their own. */
    prompt,
    rest: fields.filter((field) => field !== prompt),
    dropped: droppedSettings(all, choice.acting, values),
    /** Results of each request. */
    count: count ? Number(currentValue(count, values)) : 1,
    /** Credits for one picture. */
    each: choice.named ? (choice.named.price ?? null) : (tool.price ?? null),
  };
}

/** Pictures that a press makes of this many inputs. */
export function picturesMade(tool: Tool, count: number, inputs: number): number {
  return tool.combinesInputs || tool.inputs.max === 0 ? count : count * inputs;
}
