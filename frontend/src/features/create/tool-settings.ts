/** A tool's form for the model at hand, and what the settings made so far come to in it. */
import { droppedSettings, fieldsOfModel } from "@/components/forms/model-fields";
import { readFields } from "@/components/forms/parameter-schema";
import { currentValue } from "@/components/forms/parameter-values";
import type { ParameterValues } from "@/services/workbench";
import type { Tool } from "@/types/api";
import { chooseModel } from "./model-choice";

export type ToolSettings = ReturnType<typeof settleTool>;

/** The parameter that replaces a named style by a picture. */
export const STYLE_IMAGE = "styleImage";

export function settleTool(
  tool: Tool,
  wantedModel: string | undefined,
  values: ParameterValues,
  inputs: number,
) {
  const choice = chooseModel(tool, wantedModel, inputs);
  const all = readFields(tool.parameters);
  const namedStyles = tool.usesStyles && choice.acting?.namedStyles !== false;
  const fields = fieldsOfModel(all, choice.acting).map((field) =>
    // Where no style can be named, the picture of one is what the tool is about.
    field.name === STYLE_IMAGE && !namedStyles ? { ...field, advanced: false } : field,
  );
  const prompt = fields.find((field) => field.kind === "prompt" && field.required) ?? null;
  const count = fields.find((field) => field.kind === "count");
  return {
    choice,
    fields,
    /** Whether a style can be chosen by name. */
    namedStyles,
    /** The words that the picture is made from; they have a place of their own. */
    prompt,
    rest: fields.filter((field) => field !== prompt),
    dropped: droppedSettings(all, choice.acting, values),
    /** Results of each request. */
    count: count ? Number(currentValue(count, values)) : 1,
    /** Credits for one picture. */
    each: choice.acting?.price ?? tool.price ?? null,
  };
}

/** Pictures that a press makes of this many inputs. */
export function picturesMade(tool: Tool, count: number, inputs: number): number {
  return tool.combinesInputs || tool.inputs.max === 0 ? count : count * inputs;
}
