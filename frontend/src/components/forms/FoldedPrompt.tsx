/** A text that most pictures do without, such as what to leave out; folded until asked for, open once it says something. */
import { useState } from "react";
import { controlClass } from "@/components/ui/field";
import { Fold } from "@/components/ui/fold";
import type { Labels } from "./TextControls";

type FoldedPromptProps = Labels & { value: string; onChange: (value: string) => void };

export function FoldedPrompt({ label, hint, error, value, onChange }: FoldedPromptProps) {
  // Decided once: a fold that closed itself when emptied would take the box away from under the cursor.
  const [openAtFirst] = useState(value.trim() !== "");
  const note = error ?? hint;
  return (
    <Fold title={label} open={openAtFirst}>
      <textarea
        aria-label={label}
        aria-invalid={error ? true : undefined}
        rows={2}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`${controlClass} block py-2`}
      />
      {note ? (
        <p className={error ? "mt-1 text-xs text-cinnabar-ink" : "mt-1 text-xs text-soft"}>{note}</p>
      ) : null}
    </Fold>
  );
}
