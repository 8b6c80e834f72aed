/** One parameter as the control that suits it: bar, list, slider, switch, colour, picture or text. */

import { Segmented, Switch } from "@/components/ui/choice";
import { controlClass, Field } from "@/components/ui/field";
import { Range } from "@/components/ui/range";
import { Select } from "@/components/ui/select";
import { useTranslation } from "@/locales/i18n";
import type { Limits, Style } from "@/types/api";
import { formatNumber, formatPercent } from "@/utils/formatting";
import { FileField } from "./FileField";
import type { ChoiceValue, ParameterField, ParameterIssue } from "./parameter-schema";

/** More choices than this no longer fit a bar on a phone. */
const SEGMENTED_MAX = 4;

export type ParameterControlProps = {
  field: ParameterField;
  value: unknown;
  issue: ParameterIssue | undefined;
  serverError: string | undefined;
  styles: Style[];
  limits: Limits | undefined;
  onChange: (value: unknown) => void;
};

export function ParameterControl(props: ParameterControlProps) {
  const { field, onChange } = props;
  const value = props.value ?? field.fallback;
  const error = useIssueWords(props);
  const labels = { label: field.title, hint: field.description, error };
  switch (field.kind) {
    case "switch":
      return (
        <Switch label={field.title} hint={field.description} checked={value === true} onChange={onChange} />
      );
    case "choice":
      return field.choices.length <= SEGMENTED_MAX && field.fallback !== undefined ? (
        <Segmented
          label={field.title}
          options={field.choices}
          value={value as ChoiceValue}
          onChange={onChange}
        />
      ) : (
        <ListChoice
          {...labels}
          optional={field.fallback === undefined}
          choices={field.choices}
          value={value}
          onChange={onChange}
        />
      );
    case "style":
      return (
        <ListChoice
          {...labels}
          optional
          choices={props.styles.map((style) => ({ value: style.id, label: style.name }))}
          value={value}
          onChange={onChange}
        />
      );
    case "number":
      return <NumberControl {...props} error={error} />;
    case "color":
      return <ColorControl {...labels} value={String(value ?? "#ffffff")} onChange={onChange} />;
    case "file":
      return (
        <FileField
          {...labels}
          value={typeof value === "string" ? value : null}
          limits={props.limits}
          onChange={onChange}
        />
      );
    default:
      return (
        <TextControl
          {...labels}
          multiline={field.kind === "multiline"}
          value={String(value ?? "")}
          onChange={onChange}
        />
      );
  }
}

type Labels = { label: string; hint: string | undefined; error: string | null };

function useIssueWords({ issue, serverError }: ParameterControlProps): string | null {
  const { t, language } = useTranslation();
  if (serverError) return serverError;
  if (!issue) return null;
  if (issue.reason === "required") return t("common.form.required");
  if (issue.reason === "color") return t("common.form.colorInvalid");
  const { min, max } = issue;
  return t("common.form.numberRange", {
    min: formatNumber(min, language),
    max: formatNumber(max, language),
  });
}

type ListChoiceProps = Labels & {
  optional: boolean;
  choices: { value: ChoiceValue; label: string }[];
  value: unknown;
  onChange: (value: unknown) => void;
};

function ListChoice({ optional, choices, value, onChange, ...labels }: ListChoiceProps) {
  const { t } = useTranslation();
  return (
    <Field {...labels}>
      {({ id, describedBy }) => (
        <Select
          id={id}
          aria-describedby={describedBy}
          value={String(value ?? "")}
          onChange={(event) =>
            onChange(choices.find((choice) => String(choice.value) === event.target.value)?.value)
          }
        >
          {optional ? <option value="">{t("common.form.none")}</option> : null}
          {choices.map((choice) => (
            <option key={choice.value} value={String(choice.value)}>
              {choice.label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

function NumberControl({ field, value, error, onChange }: ParameterControlProps & { error: string | null }) {
  const { language } = useTranslation();
  const { minimum, maximum } = field;
  const number = typeof value === "number" ? value : Number(field.fallback ?? minimum ?? 0);
  const share = minimum === 0 && maximum === 1;
  return (
    <Field label={field.title} hint={field.description} error={error}>
      {({ id, describedBy, invalid }) =>
        minimum !== undefined && maximum !== undefined ? (
          <Range
            id={id}
            describedBy={describedBy}
            min={minimum}
            max={maximum}
            step={field.step ?? (share ? 0.05 : (maximum - minimum) / 100)}
            value={number}
            display={share ? formatPercent(number + 1e-9, language) : formatNumber(number, language)}
            onChange={onChange}
          />
        ) : (
          <input
            id={id}
            type="number"
            inputMode={field.integer ? "numeric" : "decimal"}
            aria-describedby={describedBy}
            aria-invalid={invalid || undefined}
            className={controlClass}
            min={minimum}
            max={maximum}
            step={field.step ?? "any"}
            value={Number.isNaN(number) ? "" : number}
            onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.valueAsNumber)}
          />
        )
      }
    </Field>
  );
}

type TextValue = Labels & { value: string; onChange: (value: unknown) => void };

function ColorControl({ value, onChange, ...labels }: TextValue) {
  const { t } = useTranslation();
  return (
    <Field {...labels}>
      {({ id, describedBy, invalid }) => (
        <div className="flex gap-2">
          <input
            type="color"
            aria-label={t("common.form.color")}
            className="h-11 w-14 shrink-0 rounded-md border border-edge/60 bg-surface p-1"
            value={/^#[0-9a-f]{6}$/i.test(value) ? value : "#ffffff"}
            onChange={(event) => onChange(event.target.value)}
          />
          <input
            id={id}
            type="text"
            spellCheck={false}
            autoComplete="off"
            maxLength={7}
            aria-describedby={describedBy}
            aria-invalid={invalid || undefined}
            className={`${controlClass} font-mono`}
            value={value}
            onChange={(event) => onChange(event.target.value.trim())}
          />
        </div>
      )}
    </Field>
  );
}

function TextControl({ multiline, value, onChange, ...labels }: TextValue & { multiline: boolean }) {
  return (
    <Field {...labels}>
      {({ id, describedBy, invalid }) => {
        const shared = {
          id,
          "aria-describedby": describedBy,
          "aria-invalid": invalid || undefined,
          value,
          onChange: (event: { target: { value: string } }) => onChange(event.target.value),
        };
        return multiline ? (
          <textarea {...shared} rows={3} className={`${controlClass} py-2`} />
        ) : (
          <input {...shared} type="text" className={controlClass} />
        );
      }}
    </Field>
  );
}
