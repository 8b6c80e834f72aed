/**
 * The form of a tool, drawn from its schema's fields: a new tool or model needs no change here. Rare settings
 * are folded; a setting that only matters with another appears with it.
 */
import { Fold } from "@/components/ui/fold";
import { useTranslation } from "@/locales/i18n";
import type { ParameterValues } from "@/services/workbench";
import type { Limits, Style } from "@/types/api";
import { ParameterControl } from "./ParameterControl";
import type { ParameterField } from "./parameter-schema";
import { checkParameters, currentValue, visibleFields } from "./parameter-values";

type ParameterFormProps = {
  fields: ParameterField[];
  values: ParameterValues;
  onChange: (values: ParameterValues) => void;
  /** For parameters that name a style. */
  styles?: Style[];
  /** For parameters that are a picture. */
  limits?: Limits | undefined;
  /** Complaints of the server by parameter name. */
  serverErrors?: Record<string, string>;
  /** Whether fields that nobody has touched complain too. */
  strict?: boolean;
};

export function ParameterForm({
  fields: all,
  values,
  onChange,
  styles = [],
  limits,
  serverErrors = {},
  strict = false,
}: ParameterFormProps) {
  const { t } = useTranslation();
  const shown = visibleFields(all, values);
  const issues = checkParameters(all, values);
  const plain = shown.filter((field) => !field.advanced);
  const folded = shown.filter((field) => field.advanced);

  const complains = ({ name }: ParameterField) => strict || name in values;
  const control = (field: ParameterField) => (
    <div key={field.name} data-field={field.name}>
      <ParameterControl
        field={field}
        value={currentValue(field, values)}
        issue={complains(field) ? issues[field.name] : undefined}
        serverError={complains(field) ? serverErrors[field.name] : undefined}
        styles={styles}
        limits={limits}
        onChange={(value) => onChange({ ...values, [field.name]: value })}
      />
    </div>
  );

  return (
    <div className="grid gap-5">
      {plain.map(control)}
      {folded.length > 0 ? (
        <Fold title={t("common.form.advanced")}>
          <div className="grid gap-5">{folded.map(control)}</div>
        </Fold>
      ) : null}
    </div>
  );
}
