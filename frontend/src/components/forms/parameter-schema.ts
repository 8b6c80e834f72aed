/**
 * Reads a tool's JSON Schema into the fields a form can draw. Which of them are shown, what is sent and what is
 * wrong is decided in parameter-values.ts, what a model takes of them in model-fields.ts.
 */

export type ChoiceValue = string | number;
type FieldKind =
  | "choice"
  | "ratio"
  | "number"
  | "count"
  | "seed"
  | "switch"
  | "color"
  | "file"
  | "style"
  | "prompt"
  | "multiline"
  | "text";

export type ParameterField = {
  name: string;
  title: string;
  description: string | undefined;
  kind: FieldKind;
  fallback: unknown;
  choices: Choice[];
  minimum: number | undefined;
  maximum: number | undefined;
  /** Characters of a text. */
  maxLength: number | undefined;
  step: number | undefined;
  integer: boolean;
  advanced: boolean;
  /** Taken by some models only. */
  byModel: boolean;
  /** What the server takes when nothing is sent. */
  serverDefault?: unknown;
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
  maxLength?: number;
  "x-step"?: number;
  format?: string;
  enum?: ChoiceValue[];
  oneOf?: Option[];
  "x-advanced"?: boolean;
  "x-by-model"?: boolean;
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
    kind: kindOf(name, property, types, choices),
    fallback: property.default,
    serverDefault: property.default,
    choices,
    minimum: property.minimum,
    maximum: property.maximum,
    maxLength: property.maxLength,
    step: property["x-step"] ?? (integer ? 1 : undefined),
    integer,
    advanced: property["x-advanced"] === true,
    byModel: property["x-by-model"] === true,
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

/** A shape is a choice that can be drawn; count and seed are the two numbers with a meaning of their own. */
function kindOf(name: string, property: Property, types: string[], choices: Choice[]): FieldKind {
  if (choices.length > 0) return choices.every(({ value }) => isShape(value)) ? "ratio" : "choice";
  if (types.includes("boolean")) return "switch";
  if (types.includes("number") || types.includes("integer"))
    return name === "count" || name === "seed" ? name : "number";
  switch (property.format) {
    case "color":
    case "prompt":
    case "multiline":
      return property.format;
    case "file-id":
      return "file";
    case "style-id":
      return "style";
    default:
      return "text";
  }
}

const isShape = (value: ChoiceValue): boolean => value === "auto" || /^\d+:\d+$/.test(String(value));
