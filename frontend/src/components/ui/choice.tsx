/** Choosing one of a few: native radios drawn as a segmented bar. Arrow keys and forms work by themselves. */
import clsx from "clsx";
import { useId } from "react";

type Option<V> = { value: V; label: string; description?: string | undefined };

type SegmentedProps<V> = {
  label: string;
  options: Option<V>[];
  value: V;
  onChange: (value: V) => void;
  hideLabel?: boolean;
};

export function Segmented<V extends string | number>({
  label,
  options,
  value,
  onChange,
  hideLabel,
}: SegmentedProps<V>) {
  const name = useId();
  const chosen = options.find((option) => option.value === value);
  return (
    <fieldset className="grid min-w-0 gap-1.5">
      <legend className={hideLabel ? "sr-only" : "mb-1.5 text-sm font-medium"}>{label}</legend>
      <div className="flex flex-wrap gap-1 rounded-md bg-sunken p-1">
        {options.map((option) => (
          <label
            key={option.value}
            className={clsx(
              "relative flex min-h-9 min-w-fit flex-1 items-center justify-center rounded-sm px-3 text-center text-sm transition-colors pointer-coarse:min-h-11",
              "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-azurite",
              option.value === value
                ? "bg-raised font-medium text-ink shadow-card"
                : "text-soft hover:text-ink",
            )}
          >
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="absolute inset-0 appearance-none rounded-sm outline-none"
            />
            <span className="pointer-events-none">{option.label}</span>
          </label>
        ))}
      </div>
      {chosen?.description ? <p className="text-xs text-soft">{chosen.description}</p> : null}
    </fieldset>
  );
}

type SwitchProps = {
  label: string;
  hint?: string | undefined;
  checked: boolean;
  onChange: (checked: boolean) => void;
};

export function Switch({ label, hint, checked, onChange }: SwitchProps) {
  const id = useId();
  return (
    <label className="flex min-h-11 items-start justify-between gap-4">
      <span className="grid gap-0.5">
        <span id={id} className="text-sm font-medium">
          {label}
        </span>
        {hint ? (
          <span id={`${id}-hint`} className="text-xs text-soft">
            {hint}
          </span>
        ) : null}
      </span>
      <span className="relative mt-0.5 inline-flex h-7 w-12 shrink-0">
        <input
          type="checkbox"
          // biome-ignore lint/a11y/useAriaPropsForRole: a native checkbox tells its state itself.
          role="switch"
          checked={checked}
          aria-labelledby={id}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(event) => onChange(event.target.checked)}
          className="peer absolute inset-0 m-0 appearance-none rounded-full bg-edge transition-colors checked:bg-azurite"
        />
        <span className="pointer-events-none absolute top-1 left-1 size-5 rounded-full bg-surface transition-transform peer-checked:translate-x-5" />
      </span>
    </label>
  );
}
