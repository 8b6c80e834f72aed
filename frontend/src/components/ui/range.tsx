/** A native range with its value beside it. */
import type { CSSProperties } from "react";

type RangeProps = {
  id: string;
  value: number;
  min: number;
  max: number;
  step: number;
  display: string;
  describedBy?: string | undefined;
  onChange: (value: number) => void;
};

export function Range({ id, value, min, max, step, display, describedBy, onChange }: RangeProps) {
  const share = max > min ? ((value - min) / (max - min)) * 100 : 0;
  return (
    <div className="flex items-center gap-3">
      <input
        id={id}
        type="range"
        className="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={display}
        aria-describedby={describedBy}
        onChange={(event) => onChange(event.target.valueAsNumber)}
        style={{ "--fill": `${share}%` } as CSSProperties}
      />
      <output htmlFor={id} className="min-w-12 text-right text-sm tabular-nums">
        {display}
      </output>
    </div>
  );
}
