/** Sending a form: once at a time, with what the server says about it. */
import { type FormEvent, useState } from "react";
import { type ApiError, toApiError } from "@/services/errors";

export function useSubmit(send: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await send();
    } catch (reason) {
      setError(toApiError(reason));
    }
    setBusy(false);
  };
  /** What is wrong with one field. */
  const complaint = (field: string) => error?.fields.find((item) => item.field === field)?.message;
  return { busy, error, submit, complaint };
}
