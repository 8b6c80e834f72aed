/** A colour with its code, and a text of one or several lines. */
import { controlClass, Field } from "@/components/ui/field";
import { useTranslation } from "@/locales/i18n";

export type Labels = { label: string; hint: string | undefined; error: string | null };

type TextValue = Labels & { value: string; onChange: (value: unknown) => void };

export function ColorControl({ value, onChange, ...labels }: TextValue) {
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

export function TextControl({ multiline, value, onChange, ...labels }: TextValue & { multiline: boolean }) {
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
