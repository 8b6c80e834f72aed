/**
 * Reads a tool's JSON Schema into the fields a form can draw, and decides which are shown, what is sent
 * and what is wrong. Everything the server does not declare is left out: an unknown parameter is a 400.
 */
import type { ParameterValues } from "@/services/workbench";

export type ChoiceValue = string | number;
type FieldKind = "choice" | "number" | "switch" | "color" | "file" | "style" | "multiline" | "text";

export type ParameterField = {
  name: string;
  title: string;
  description: string | undefined;
  kind: FieldKind;
  fallback: unknown;
  choices: Choice[];
  minimum: number | undefined;
  maximum: number | undefined;
  step: number | undefined;
  integer: boolean;
  advanced: boolean;
  required: boolean;
  /** Other parameters and the values with which this one is shown; "*" stands for any value at all. */
  visibleWhen: Record<string, unknown[]>;
  /** Another parameter that takes this one's place. */
  excludes: string | undefined;
};

type Choice = {
  value: ChoiceValue;
  label: string;
  description: string | undefined;
  /** Other parameters and the values beside which this choice can be had. */
  visibleWhen: Record<string, unknown[]>;
};

export type ParameterIssue =
  | { reason: "range"; min: number; max: number }
  | { reason: "color" }
  | { reason: "required" };

type Option = {
  const?: ChoiceValue;
  title?: string;
  description?: string;
  "x-visible-when"?: Record<string, unknown>;
};

type Property = {
  title?: string;
  description?: string;
  type?: string | string[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  "x-step"?: number;
  format?: string;
  enum?: ChoiceValue[];
  oneOf?: Option[];
  "x-advanced"?: boolean;
  "x-visible-when"?: Record<string, unknown>;
  "x-needs"?: string;
  "x-excludes"?: string;
};

export function readFields(schema: unknown): ParameterField[] {
  const {
    properties = {},
    required = [],
    "x-order": order = [],
  } = (schema ?? {}) as {
    properties?: Record<string, Property>;
    required?: string[];
    "x-order"?: string[];
  };
  const names = [
    ...order.filter((name) => name in properties),
    ...Object.keys(properties).filter((name) => !order.includes(name)),
  ];
  return names.map((name) => readField(name, properties[name] ?? {}, required.includes(name)));
}

function readField(name: string, property: Property, required: boolean): ParameterField {
  const types = [property.type ?? "string"].flat();
  const listed = property.oneOf ?? property.enum?.map((value) => ({ const: value }));
  const choices = (listed ?? []).flatMap((option: Option): Choice[] =>
    option.const === undefined || option.const === null
      ? []
      : [
          {
            value: option.const,
            label: option.title ?? String(option.const),
            description: option.description,
            visibleWhen: readConditions(option["x-visible-when"]),
          },
        ],
  );
  const integer = types.includes("integer");
  return {
    name,
    title: property.title ?? name,
    description: property.description,
    kind: kindOf(property, types, choices.length > 0),
    fallback: property.default,
    choices,
    minimum: property.minimum,
    maximum: property.maximum,
    step: property["x-step"] ?? (integer ? 1 : undefined),
    integer,
    advanced: property["x-advanced"] === true,
    required,
    visibleWhen: {
      ...readConditions(property["x-visible-when"]),
      ...(property["x-needs"] && { [property["x-needs"]]: ["*"] }),
    },
    excludes: property["x-excludes"],
  };
}

function readConditions(conditions: Record<string, unknown> = {}): Record<string, unknown[]> {
  return Object.fromEntries(Object.entries(conditions).map(([other, values]) => [other, [values].flat()]));
}

function kindOf(property: Property, types: string[], hasChoices: boolean): FieldKind {
  if (hasChoices) return "choice";
  if (types.includes("boolean")) return "switch";
  if (types.includes("number") || types.includes("integer")) return "number";
  switch (property.format) {
    case "color":
      return "color";
    case "file-id":
      return "file";
    case "style-id":
      return "style";
    case "multiline":
      return "multiline";
    default:
      return "text";
  }
}

/** What a field holds; a choice that cannot be had is no value. */
export function currentValue(field: ParameterField, values: ParameterValues): unknown {
  const value = values[field.name] ?? field.fallback;
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

/** What is sent: visible fields that hold something. */
export function parametersToSend(fields: ParameterField[], values: ParameterValues): ParameterValues {
  return Object.fromEntries(
    visibleFields(fields, values)
      .map((field) => [field.name, currentValue(field, values)] as const)
      .filter(([, value]) => isFilled(value)),
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
  if (field.kind === "number") {
    const { minimum: min = Number.NEGATIVE_INFINITY, maximum: max = Number.POSITIVE_INFINITY } = field;
    const outside = typeof value !== "number" || Number.isNaN(value) || value < min || value > max;
    if (outside) return { reason: "range", min, max };
  }
  return null;
}

export function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
