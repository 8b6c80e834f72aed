/** A sentence around the own words, with its slots as a form. */
import { Segmented } from "@/components/ui/choice";
import { Field, TextField } from "@/components/ui/field";
import { Fold } from "@/components/ui/fold";
import { Select } from "@/components/ui/select";
import { useTranslation } from "@/locales/i18n";
import type { Template } from "@/types/api";
import { formatNumber } from "@/utils/formatting";
import { slotField } from "../obstacle";
import { isWrong } from "./wording";

/** More choices than this no longer fit a bar on a phone. */
const SEGMENTED_MAX = 4;

type TemplatePickerProps = {
  templates: Template[];
  value: Template | null;
  slots: Record<string, string>;
  /** The server's complaints, by slot. */
  errors: Record<string, string>;
  onChange: (templateId: string | null) => void;
  onSlot: (slotId: string, value: string) => void;
};

export function TemplatePicker({ templates, value, slots, errors, onChange, onSlot }: TemplatePickerProps) {
  const { t } = useTranslation();
  return (
    <Fold
      open={value !== null}
      title={
        <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2">
          {t("create.wording.template")}
          <span className="min-w-0 text-xs font-normal text-soft">
            {value?.name ?? t("create.wording.noTemplate")}
          </span>
        </span>
      }
    >
      <div className="grid gap-4">
        <Field
          label={t("create.wording.template")}
          hint={value?.description ?? t("create.wording.templateHint")}
        >
          {({ id, describedBy }) => (
            <Select
              id={id}
              aria-describedby={describedBy}
              value={value?.id ?? ""}
              onChange={(event) => onChange(event.target.value || null)}
            >
              <option value="">{t("create.wording.noTemplate")}</option>
              {templates.map((template) => (
                <option key={template.id} value={template.id}>
                  {template.name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {value?.slots.map((slot) => (
          <div key={`${value.id}.${slot.id}`} data-field={slotField(slot.id)}>
            <SlotField
              slot={slot}
              value={slots[slot.id] ?? ""}
              error={slots[slot.id] ? errors[slot.id] : undefined}
              onChange={(text) => onSlot(slot.id, text)}
            />
          </div>
        ))}
      </div>
    </Fold>
  );
}

type SlotFieldProps = {
  slot: Template["slots"][number];
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
};

function SlotField({ slot, value, error, onChange }: SlotFieldProps) {
  const { t, language } = useTranslation();
  if (slot.choices.length === 0) {
    const tooLong = value.trim() !== "" && isWrong(slot, value);
    const words = tooLong ? t("common.form.tooLong", { max: formatNumber(slot.maxLength, language) }) : null;
    return (
      <TextField
        label={slot.title}
        placeholder={slot.default ?? ""}
        hint={slot.required ? t("create.wording.required") : undefined}
        error={error ?? words}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  const options = slot.choices.map((choice) => ({ value: choice.value, label: choice.title }));
  if (options.length <= SEGMENTED_MAX) {
    return <Segmented label={slot.title} options={options} value={value} onChange={onChange} />;
  }
  return (
    <Field label={slot.title} error={error}>
      {({ id }) => (
        <Select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
