/** The number a picture grows from: empty is another one each time, a dice throws one to keep. */
import { Dices, X } from "lucide-react";
import { IconButton } from "@/components/ui/button";
import { controlClass, Field } from "@/components/ui/field";
import { useTranslation } from "@/locales/i18n";
import type { Labels } from "./TextControls";

type SeedControlProps = Labels & {
  max: number | undefined;
  value: unknown;
  onChange: (value: number | undefined) => void;
};

/** Short enough to read to somebody. */
const LARGEST_THROW = 999_999_999;

export function SeedControl({ max, value, onChange, ...labels }: SeedControlProps) {
  const { t } = useTranslation();
  const filled = typeof value === "number" && !Number.isNaN(value);
  return (
    <Field {...labels}>
      {({ id, describedBy, invalid }) => (
        <div className="flex items-center gap-1">
          <input
            id={id}
            type="number"
            inputMode="numeric"
            step={1}
            min={0}
            max={max}
            placeholder={t("common.form.random")}
            aria-describedby={describedBy}
            aria-invalid={invalid || undefined}
            value={filled ? value : ""}
            onChange={({ target }) => onChange(target.value === "" ? undefined : target.valueAsNumber)}
            className={`${controlClass} no-spin min-w-0 flex-1 tabular-nums`}
          />
          <IconButton label={t("common.form.dice")} onClick={() => onChange(throwDice(max))}>
            <Dices aria-hidden className="size-5" />
          </IconButton>
          <IconButton
            label={t("common.form.randomAgain")}
            onClick={() => onChange(undefined)}
            className={filled ? "" : "invisible"}
          >
            <X aria-hidden className="size-4" />
          </IconButton>
        </div>
      )}
    </Field>
  );
}

function throwDice(max = LARGEST_THROW): number {
  return Math.floor(Math.random() * (Math.min(max, LARGEST_THROW) + 1));
}
