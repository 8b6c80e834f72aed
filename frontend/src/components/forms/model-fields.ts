/** The fields of a tool as one model takes them, and what of the settings made so far it leaves unused. */
import type { ParameterValues } from "@/services/workbench";
import type { AiModel } from "@/types/api";
import type { ParameterField } from "./parameter-schema";
import { currentValue, isFilled } from "./parameter-values";

type Takes = Pick<AiModel, "parameters" | "choices" | "limits" | "maxCount">;

export function fieldsOfModel(fields: ParameterField[], model: Takes | null): ParameterField[] {
  if (!model) return fields;
  return fields.flatMap((field) => {
    if (field.byModel && !model.parameters.includes(field.name)) return [];
    if (field.kind === "count") return countField(field, model.maxCount ?? undefined);
    return [withLimits(withChoices(field, model.choices[field.name]), model.limits[field.name])];
  });
}

/** One picture at a time is no question. */
function countField(field: ParameterField, most = Number.POSITIVE_INFINITY): ParameterField[] {
  const maximum = Math.min(field.maximum ?? most, most);
  return maximum > (field.minimum ?? 1) ? [{ ...field, maximum }] : [];
}

function withChoices(field: ParameterField, taken: string[] | undefined): ParameterField {
  if (!taken || field.choices.length === 0) return field;
  const choices = field.choices.filter(({ value }) => taken.includes(String(value)));
  const kept = choices.some(({ value }) => value === field.fallback);
  return { ...field, choices, fallback: kept ? field.fallback : choices[0]?.value };
}

/** A model may take less of a number, or fewer characters, than the tool. What style and template add to a prompt counts as
 * well; the server says how much is left then. */
function withLimits(field: ParameterField, limits: AiModel["limits"][string] | undefined): ParameterField {
  if (!limits) return field;
  const minimum = Math.max(
    field.minimum ?? Number.NEGATIVE_INFINITY,
    limits.minimum ?? Number.NEGATIVE_INFINITY,
  );
  const maximum = Math.min(
    field.maximum ?? Number.POSITIVE_INFINITY,
    limits.maximum ?? Number.POSITIVE_INFINITY,
  );
  if (field.maxLength !== undefined) return { ...field, maxLength: Math.min(field.maxLength, maximum) };
  const bound = (value: number) => (Number.isFinite(value) ? value : undefined);
  return { ...field, minimum: bound(minimum), maximum: bound(maximum) };
}

/** A setting that somebody made and that the model does not take, or takes as another value. */
export type Dropped = { field: ParameterField; instead: unknown };

export function droppedSettings(
  fields: ParameterField[],
  model: Takes | null,
  values: ParameterValues,
): Dropped[] {
  const taken = new Map(fieldsOfModel(fields, model).map((field) => [field.name, field]));
  return fields.flatMap((field) => {
    const wanted = currentValue(field, values);
    if (!isFilled(values[field.name]) || wanted === field.fallback) return [];
    const narrowed = taken.get(field.name);
    const instead = narrowed && currentValue(narrowed, values);
    return instead === wanted ? [] : [{ field, instead }];
  });
}
