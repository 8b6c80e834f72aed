/** A tool's form for the model at hand, and what the settings made so far come to in it. */
import { droppedSettings, fieldsOfModel } from "@/components/forms/model-fields";
import { readFields } from "@/components/forms/parameter-schema";
import { currentValue } from "@/components/forms/parameter-values";
import type { ParameterValues } from "@/services/workbench";
import type { AiModel, Tool } from "@/types/api";
import { chooseModel } from "./model-choice";
import { withinReach } from "./within-reach";

export type ToolSettings = ReturnType<typeof settleTool>;

/** The parameter that holds the own words. */
const PROMPT = "prompt";

/** The parameter that replaces a named style by a picture. */
export const STYLE_IMAGE = "styleImage";

export function settleTool(
  tool: Tool,
  wantedModel: string | undefined,
  values: ParameterValues,
  inputs: number,
  /** Credits there are; infinitely many while nobody knows, and for those who need not pay. */
  balance: number,
) {
  const all = readFields(tool.parameters);
  const wanted = all.find((field) => field.kind === "count");
  const asked = picturesMade(tool, wanted ? Number(currentValue(wanted, values)) : 1, Math.max(1, inputs));
  const isPayable = (model: AiModel) => (model.price ?? 0) * asked <= balance;
  const choice = chooseModel(tool, wantedModel, inputs, isPayable);
  const namedStyles = tool.usesStyles && choice.acting?.namedStyles !== false;
  const fields = fieldsOfModel(all, choice.acting).map((field) =>
    // Where no style can be named, the picture of one is what the tool is about.
    field.name === STYLE_IMAGE && !namedStyles ? { ...field, advanced: false } : field,
  );
  const prompt = fields.find((field) => field.kind === "prompt" && field.required) ?? null;
  const count = fields.find((field) => field.kind === "count");
  const made = count ? Number(currentValue(count, values)) : 1;
  const pictures = picturesMade(tool, made, Math.max(1, inputs));
  return {
    choice,
    isPayable,
    /** What to do instead where the balance does not suffice. */
    withinReach: withinReach({ choice, pictures, counted: Boolean(count), balance }),
    fields,
    /** Whether a style can be chosen by name. */
    namedStyles,
    /** The words that the picture is made from; they have a place of their own. */
    prompt,
    /** The same where the tool may do without: they stand among the settings. */
    told: prompt ?? fields.find((field) => field.name === PROMPT && !field.byModel) ?? null,
    rest: fields.filter((field) => field !== prompt),
    dropped: droppedSettings(all, choice.acting, values),
    /** Results of each request. */
    count: made,
    /** Credits for one picture. */
    each: choice.acting?.price ?? tool.price ?? null,
  };
}

/** Pictures that a press makes of this many inputs. */
export function picturesMade(tool: Tool, count: number, inputs: number): number {
  return tool.combinesInputs || tool.inputs.max === 0 ? count : count * inputs;
}
