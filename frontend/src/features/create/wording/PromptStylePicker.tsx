/**
 * Styles of words. No model painted a preview of them here, so each shows its colours and its name. Native radios, so
 * arrows and screen readers work.
 */
import clsx from "clsx";
import { Check } from "lucide-react";
import { useId } from "react";
import { Fold } from "@/components/ui/fold";
import { useTranslation } from "@/locales/i18n";
import type { PromptStyle } from "@/types/api";

type PromptStylePickerProps = {
  styles: PromptStyle[];
  value: PromptStyle | null;
  onChange: (styleId: string | null) => void;
};

export function PromptStylePicker({ styles, value, onChange }: PromptStylePickerProps) {
  const { t } = useTranslation();
  const group = useId();
  return (
    <Fold
      title={
        <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2">
          {t("create.wording.style")}
          <span className="min-w-0 text-xs font-normal text-soft">
            {value?.name ?? t("create.wording.noStyle")}
          </span>
        </span>
      }
    >
      <fieldset className="min-w-0">
        <legend className="sr-only">{t("create.wording.style")}</legend>
        <div className="scroll-thin -mx-1 grid max-h-76 auto-rows-min grid-cols-[repeat(auto-fill,minmax(5.5rem,1fr))] gap-2 overflow-y-auto overscroll-contain p-1">
          <Card
            group={group}
            name={t("create.wording.noStyle")}
            checked={value === null}
            onChoose={() => onChange(null)}
          />
          {styles.map((style) => (
            <Card
              key={style.id}
              group={group}
              name={style.name}
              title={`${style.description} · ${style.tags.join(" · ")}`}
              colors={style.colors}
              checked={style.id === value?.id}
              onChoose={() => onChange(style.id)}
            />
          ))}
        </div>
      </fieldset>
      <p className="mt-2 min-h-4 text-xs text-soft">{value?.description}</p>
    </Fold>
  );
}

type CardProps = {
  group: string;
  name: string;
  title?: string;
  colors?: string[];
  checked: boolean;
  onChoose: () => void;
};

function Card({ group, name, title, colors = [], checked, onChoose }: CardProps) {
  return (
    <label className="group/style relative grid gap-1" title={title}>
      <input
        type="radio"
        name={group}
        checked={checked}
        onChange={onChoose}
        className="peer absolute inset-0 size-full appearance-none outline-none"
      />
      <span
        className={clsx(
          "pointer-events-none relative flex h-11 overflow-hidden rounded-md bg-sunken ring-offset-2 ring-offset-surface transition-shadow",
          "peer-focus-visible:outline-2 peer-focus-visible:outline-offset-4 peer-focus-visible:outline-azurite",
          checked ? "ring-2 ring-cinnabar" : "group-hover/style:ring-2 group-hover/style:ring-edge",
        )}
      >
        {colors.map((color) => (
          <span key={color} className="flex-1" style={{ backgroundColor: color }} />
        ))}
        {checked ? (
          <span className="absolute top-1 right-1 grid size-5 place-items-center rounded-full bg-cinnabar text-white">
            <Check aria-hidden className="size-3.5" strokeWidth={3} />
          </span>
        ) : null}
      </span>
      <span
        className={clsx(
          "pointer-events-none text-center text-xs",
          checked ? "font-medium text-ink" : "text-soft",
        )}
      >
        {name}
      </span>
    </label>
  );
}
