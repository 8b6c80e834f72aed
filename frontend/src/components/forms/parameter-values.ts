/**
 * What the fields of a form hold: which are shown, what is sent and what is wrong. Everything the server does not
 * declare is left out: an unknown parameter is a 400.
 */
import type { ParameterValues } from "@/services/workbench";
import type { ParameterField } from "./parameter-schema";

export type ParameterIssue =
  | { reason: "range"; min: number; max: number }
  | { reason: "color" }
  | { reason: "length"; max: number }
  | { reason: "required" };

/** What a field holds; a choice that cannot be had is no value, and no more pictures than can be had at once. */
export function currentValue(field: ParameterField, values: ParameterValues): unknown {
  const value = values[field.name] ?? field.fallback;
  if (field.kind === "count" && typeof value === "number") return Math.min(value, field.maximum ?? value);
  const hasChoice = field.choices.length === 0 || field.choices.some((choice) => choice.value === value);
  return hasChoice ? value : field.fallback;
}

/**
 * Fields whose conditions hold, each with the choices that can be had. A hidden field hides what depends on it; one
 * choice is no question.
 */
export function visibleFields(fields: ParameterField[], values: ParameterValues): ParameterField[] {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const replaced = (field: ParameterField): boolean => {
    const other = field.excludes === undefined ? undefined : byName.get(field.excludes);
    return other !== undefined && isFilled(currentValue(other, values));
  };
  const visible = (field: ParameterField, depth: number): boolean =>
    depth < fields.length &&
    !replaced(field) &&
    Object.entries(field.visibleWhen).every(([other, wanted]) => {
      const control = byName.get(other);
      if (!control || !visible(control, depth + 1)) return false;
      const value = currentValue(control, values);
      return wanted.includes("*") ? isFilled(value) : wanted.includes(value);
    });
  const holds = ([other, wanted]: [string, unknown[]]): boolean => {
    const control = byName.get(other);
    return control !== undefined && wanted.includes(currentValue(control, values));
  };
  const open = (field: ParameterField): ParameterField => ({
    ...field,
    choices: field.choices.filter((choice) => Object.entries(choice.visibleWhen).every(holds)),
  });
  return fields
    .filter((field) => visible(field, 0))
    .map(open)
    .filter((field) => field.choices.length !== 1);
}

/**
 * What is sent: visible fields that hold something. A default that only some models take is left to the server: sent, it
 * would be a wish, and keep every other model from standing in.
 */
export function parametersToSend(fields: ParameterField[], values: ParameterValues): ParameterValues {
  return Object.fromEntries(
    visibleFields(fields, values)
      .map((field) => [field, currentValue(field, values)] as const)
      .filter(([field, value]) => isFilled(value) && !(field.byModel && value === field.serverDefault))
      .map(([field, value]) => [field.name, value]),
  );
}

export function checkParameters(
  fields: ParameterField[],
  values: ParameterValues,
): Record<string, ParameterIssue> {
  const issues: Record<string, ParameterIssue> = {};
  for (const field of visibleFields(fields, values)) {
    const issue = issueOf(field, currentValue(field, values));
    if (issue) issues[field.name] = issue;
  }
  return issues;
}

function issueOf(field: ParameterField, value: unknown): ParameterIssue | null {
  if (!isFilled(value)) return field.required ? { reason: "required" } : null;
  if (field.kind === "color" && !/^#[0-9a-f]{6}$/i.test(String(value))) return { reason: "color" };
  if (
    ["prompt", "text"].includes(field.kind) &&
    field.maxLength !== undefined &&
    lengthOf(value) > field.maxLength
  )
    return { reason: "length", max: field.maxLength };
  if (["number", "count", "seed"].includes(field.kind)) {
    const { minimum: min = Number.NEGATIVE_INFINITY, maximum: max = Number.POSITIVE_INFINITY } = field;
    const outside = typeof value !== "number" || Number.isNaN(value) || value < min || value > max;
    if (outside) return { reason: "range", min, max };
  }
  return null;
}

/** A text of nothing but blanks is nothing: no vendor makes a picture of it. */
export function isFilled(value: unknown): boolean {
  return typeof value === "string" ? value.trim() !== "" : value !== undefined && value !== null;
}

/** Characters as the server counts them: an emoji is one. */
export function lengthOf(text: unknown): number {
  return [...String(text ?? "")].length;
}
