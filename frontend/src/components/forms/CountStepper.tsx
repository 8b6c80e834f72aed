/** A small number with a button on either side; the number itself takes digits and arrow keys as well. */
import { Minus, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { Field } from "@/components/ui/field";
import { useTranslation } from "@/locales/i18n";
import type { Labels } from "./TextControls";

type CountStepperProps = Labels & {
  min: number;
  max: number;
  value: number;
  onChange: (value: number) => void;
};

export function CountStepper({ min, max, value, onChange, ...labels }: CountStepperProps) {
  const { t } = useTranslation();
  const step = (by: number) => onChange(Math.min(max, Math.max(min, value + by)));
  return (
    <Field {...labels} hint={labels.hint ?? t("common.form.atMost", { max })}>
      {({ id, describedBy, invalid }) => (
        <div className="flex w-fit items-center rounded-md border border-edge/60 bg-surface">
          <StepButton label={t("common.form.less")} off={value <= min} onPress={() => step(-1)}>
            <Minus aria-hidden className="size-4" />
          </StepButton>
          <input
            id={id}
            type="number"
            inputMode="numeric"
            min={min}
            max={max}
            step={1}
            value={value}
            aria-describedby={describedBy}
            aria-invalid={invalid || undefined}
            // Typing over the digit selects it first, so that "3" does not become "13".
            onFocus={(event) => event.target.select()}
            onChange={({ target }) => {
              if (target.value !== "")
                onChange(Math.min(max, Math.max(min, Math.round(target.valueAsNumber))));
            }}
            className="no-spin min-h-11 w-12 bg-transparent text-center text-base tabular-nums sm:text-sm"
          />
          <StepButton label={t("common.form.more")} off={value >= max} onPress={() => step(1)}>
            <Plus aria-hidden className="size-4" />
          </StepButton>
        </div>
      )}
    </Field>
  );
}

type StepButtonProps = { label: string; off: boolean; onPress: () => void; children: ReactNode };

/** At its end it stays where the focus is: a disabled button would lose it. */
function StepButton({ label, off, onPress, children }: StepButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-disabled={off || undefined}
      onClick={() => !off && onPress()}
      className="grid size-11 place-items-center rounded-md hover:bg-sunken aria-disabled:text-soft aria-disabled:opacity-50 aria-disabled:hover:bg-transparent"
    >
      {children}
    </button>
  );
}
