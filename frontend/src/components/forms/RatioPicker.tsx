/** The shape of a picture as small frames to choose from; native radios, so arrows and screen readers work. */
import clsx from "clsx";
import { Image } from "lucide-react";
import { type CSSProperties, useId } from "react";
import type { ChoiceValue } from "./parameter-schema";

type RatioPickerProps = {
  label: string;
  options: { value: ChoiceValue; label: string }[];
  value: ChoiceValue;
  onChange: (value: ChoiceValue) => void;
};

export function RatioPicker({ label, options, value, onChange }: RatioPickerProps) {
  const group = useId();
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      <div className="grid grid-cols-4 gap-1.5">
        {options.map((option) => {
          const checked = option.value === value;
          return (
            <label
              key={option.value}
              className={clsx(
                "relative grid min-h-17 min-w-0 content-center justify-items-center gap-1 rounded-md border px-1 py-1.5 transition-colors",
                "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-azurite",
                checked
                  ? "border-cinnabar bg-cinnabar-wash text-cinnabar-ink"
                  : "border-line bg-surface text-soft hover:border-edge",
              )}
            >
              <input
                type="radio"
                name={group}
                checked={checked}
                aria-label={option.label}
                title={option.label}
                onChange={() => onChange(option.value)}
                className="absolute inset-0 appearance-none rounded-md outline-none"
              />
              <span aria-hidden className="pointer-events-none grid size-8 place-items-center">
                <Shape value={String(option.value)} />
              </span>
              <span
                aria-hidden
                className={clsx(
                  "pointer-events-none line-clamp-2 text-center text-2xs tabular-nums",
                  checked && "font-medium text-ink",
                )}
              >
                {option.value === "auto" ? option.label : option.value}
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

/** Longest side of a drawn frame. */
const LONGEST_REM = 1.75;

function Shape({ value }: { value: string }) {
  const [width, height] = value.split(":").map(Number);
  if (!width || !height) return <Image className="size-6" strokeWidth={1.6} />;
  const unit = LONGEST_REM / Math.max(width, height);
  const size: CSSProperties = { width: `${width * unit}rem`, height: `${height * unit}rem` };
  return <span className="block rounded-[0.2rem] border-[1.5px] border-current" style={size} />;
}
