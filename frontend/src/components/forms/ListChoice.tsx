/** A list to choose one of many from, or none where that is allowed. */
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { useTranslation } from "@/locales/i18n";
import type { ChoiceValue } from "./parameter-schema";
import type { Labels } from "./TextControls";

type ListChoiceProps = Labels & {
  optional: boolean;
  choices: { value: ChoiceValue; label: string }[];
  value: unknown;
  onChange: (value: unknown) => void;
};

export function ListChoice({ optional, choices, value, onChange, ...labels }: ListChoiceProps) {
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
