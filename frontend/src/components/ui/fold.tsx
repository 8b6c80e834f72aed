/** Something that is rarely needed, folded away until asked for. */
import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";

type FoldProps = {
  title: ReactNode;
  /** How it stands at first. */
  open?: boolean;
  onToggle?: (open: boolean) => void;
  children: ReactNode;
};

export function Fold({ title, open, onToggle, children }: FoldProps) {
  return (
    <details
      open={open}
      onToggle={(event) => onToggle?.(event.currentTarget.open)}
      className="group rounded-lg border border-line bg-surface"
    >
      <summary className="flex min-h-11 list-none items-center justify-between gap-2 rounded-lg px-4 text-sm font-medium [&::-webkit-details-marker]:hidden">
        {title}
        <ChevronDown aria-hidden className="size-4 text-soft transition-transform group-open:rotate-180" />
      </summary>
      <div className="px-4 pt-2 pb-4">{children}</div>
    </details>
  );
}
