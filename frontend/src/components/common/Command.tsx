/** What to run on the server. */
import { Terminal } from "lucide-react";

export function Command({ hint, text }: { hint: string; text: string }) {
  return (
    <div className="grid gap-2">
      <p className="text-sm text-soft">{hint}</p>
      <p className="flex items-center gap-3 rounded-lg bg-[#16181b] px-4 py-3 font-mono text-sm text-white">
        <Terminal aria-hidden className="size-4 shrink-0 opacity-70" />
        <code className="min-w-0 wrap-anywhere">{text}</code>
      </p>
    </div>
  );
}
