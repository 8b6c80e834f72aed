/** A number: a slider between two bounds, or a box to type in. */
import { controlClass, Field } from "@/components/ui/field";
import { Range } from "@/components/ui/range";
import { useTranslation } from "@/locales/i18n";
import { formatNumber, formatPercent } from "@/utils/formatting";
import type { ParameterField } from "./parameter-schema";

export type NumberControlProps = {
  field: ParameterField;
  value: unknown;
  error: string | null;
  onChange: (value: unknown) => void;
};

export function NumberControl({ field, value, error, onChange }: NumberControlProps) {
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
