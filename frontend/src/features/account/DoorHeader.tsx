/** The name of the place, and language and appearance, above every page before one is in. */
import { Logo } from "@/components/ui/logo";
import { PreferenceBar } from "./PreferenceBar";

export function DoorHeader({ name }: { name: string }) {
  return (
    <header className="flex items-center justify-between gap-3">
      <p className="flex min-w-0 items-center gap-2.5 font-semibold sm:text-lg">
        <Logo className="size-9 shrink-0" />
        <span className="truncate">{name}</span>
      </p>
      <PreferenceBar />
    </header>
  );
}
