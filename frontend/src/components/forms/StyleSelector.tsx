/** Painting styles as pictures made by the real engine; native radios, so arrows and screen readers work. */
import clsx from "clsx";
import { Check } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "@/locales/i18n";
import type { Style } from "@/types/api";

type StyleSelectorProps = {
  styles: Style[];
  value: string | null;
  onChange: (styleId: string) => void;
  disabled?: boolean;
};

export function StyleSelector({ styles, value, onChange, disabled = false }: StyleSelectorProps) {
  const { t } = useTranslation();
  const name = useId();
  const chosen = styles.find((style) => style.id === value);
  return (
    <fieldset className="grid min-w-0 gap-2" disabled={disabled}>
      <legend className="mb-2 flex w-full items-baseline gap-2 text-sm font-medium">
        {t("create.styles")}
        {chosen && !disabled ? <span className="text-xs font-normal text-soft">{chosen.name}</span> : null}
      </legend>
      {disabled ? <p className="text-xs text-soft">{t("create.styleFromPicture")}</p> : null}
      <div
        className={clsx(
          "scroll-thin -mx-1 grid max-h-76 auto-rows-min grid-cols-[repeat(auto-fill,minmax(5.25rem,1fr))] gap-2 overflow-y-auto overscroll-contain p-1",
          disabled && "opacity-50",
        )}
      >
        {styles.map((style) => (
          <StyleCard
            key={style.id}
            style={style}
            group={name}
            checked={style.id === value}
            onChange={onChange}
          />
        ))}
      </div>
      {chosen?.description && !disabled ? (
        <p className="min-h-4 text-xs text-soft">{chosen.description}</p>
      ) : null}
    </fieldset>
  );
}

type StyleCardProps = { style: Style; group: string; checked: boolean; onChange: (styleId: string) => void };

function StyleCard({ style, group, checked, onChange }: StyleCardProps) {
  return (
    <label className="group/style relative grid gap-1">
      <input
        type="radio"
        name={group}
        checked={checked}
        onChange={() => onChange(style.id)}
        className="peer absolute inset-0 size-full appearance-none outline-none"
      />
      <span
        className={clsx(
          "relative block aspect-square overflow-hidden rounded-md bg-easel ring-offset-2 ring-offset-paper transition-shadow",
          "peer-focus-visible:outline-2 peer-focus-visible:outline-offset-4 peer-focus-visible:outline-azurite",
          checked ? "ring-2 ring-cinnabar" : "group-hover/style:ring-2 group-hover/style:ring-edge",
        )}
      >
        <img
          src={style.previewUrl}
          alt=""
          width={256}
          height={256}
          loading="lazy"
          decoding="async"
          className="size-full object-cover"
        />
        {checked ? (
          <span className="absolute top-1 right-1 grid size-5 place-items-center rounded-full bg-cinnabar text-white">
            <Check aria-hidden className="size-3.5" strokeWidth={3} />
          </span>
        ) : null}
      </span>
      <span className={clsx("truncate text-center text-xs", checked ? "font-medium text-ink" : "text-soft")}>
        {style.name}
      </span>
    </label>
  );
}
