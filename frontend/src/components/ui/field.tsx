/** A labelled control with its hint and its complaint, wired for screen readers. */
import clsx from "clsx";
import { type InputHTMLAttributes, type ReactNode, useId } from "react";

export const controlClass =
  "min-h-11 w-full rounded-md border border-edge/60 bg-surface px-3 text-base text-ink hover:border-edge aria-invalid:border-cinnabar-ink sm:text-sm";

type FieldProps = {
  label: string;
  hint?: string | undefined;
  error?: string | null | undefined;
  children: (control: { id: string; describedBy: string | undefined; invalid: boolean }) => ReactNode;
};

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, describedBy: note ? `${id}-note` : undefined, invalid: Boolean(error) })}
      {note ? (
        <p id={`${id}-note`} className={clsx("text-xs", error ? "text-cinnabar-ink" : "text-soft")}>
          {note}
        </p>
      ) : null}
    </div>
  );
}

type TextFieldProps = InputHTMLAttributes<HTMLInputElement> & {
  label: string;
  hint?: string | undefined;
  error?: string | null | undefined;
  /** A control that sits inside the box at its end. */
  end?: ReactNode;
};

export function TextField({ label, hint, error, end, className, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {({ id, describedBy, invalid }) => (
        <div className="relative">
          <input
            {...rest}
            id={id}
            aria-describedby={describedBy}
            aria-invalid={invalid || undefined}
            className={clsx(controlClass, end ? "pr-12" : null, className)}
          />
          {end ? <div className="absolute inset-y-0 right-1 flex items-center">{end}</div> : null}
        </div>
      )}
    </Field>
  );
}
