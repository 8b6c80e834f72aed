/**
 * Sending a form: once at a time, with what the server says about it. `shown` names the fields that show their own
 * complaint; an error about nothing else is not said a second time.
 */
import { type FormEvent, useEffect, useRef, useState } from "react";
import { type ApiError, toApiError } from "@/services/errors";

export function useSubmit(send: () => Promise<void>, shown: readonly string[] = []) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    form.current = event.currentTarget;
    setBusy(true);
    setError(null);
    try {
      await send();
    } catch (reason) {
      setError(toApiError(reason));
    }
    setBusy(false);
  };
  // The button was disabled meanwhile and lost the focus; at the field the complaint is read out.
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error]);
  /** What is wrong with one field. */
  const complaint = (field: string) => error?.fields.find((item) => item.field === field)?.message;
  const isAtFields =
    error !== null && error.fields.length > 0 && error.fields.every(({ field }) => shown.includes(field));
  return { busy, error: isAtFields ? null : error, submit, complaint };
}
