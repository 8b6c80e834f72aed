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
};

export function ParameterForm({
  fields: all,
  values,
  onChange,
  styles = [],
  limits,
  serverErrors = {},
}: ParameterFormProps) {
  const { t } = useTranslation();
  const shown = visibleFields(all, values);
  const issues = checkParameters(all, values);
  const plain = shown.filter((field) => !field.advanced);
  const folded = shown.filter((field) => field.advanced);

  const control = (field: ParameterField) => (
    <ParameterControl
      key={field.name}
      field={field}
      value={currentValue(field, values)}
      issue={issues[field.name]}
      serverError={serverErrors[field.name]}
      styles={styles}
      limits={limits}
      onChange={(value) => onChange({ ...values, [field.name]: value })}
    />
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
