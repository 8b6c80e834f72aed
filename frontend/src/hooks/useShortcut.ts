import { useEffect, useRef } from "react";
import { onShortcut, type ShortcutId } from "@/services/shortcuts";

/** What a shortcut does while this part is shown; null when it has nothing to do right now. */
export function useShortcut(id: ShortcutId, run: (() => void) | null) {
  const latest = useRef(run);
  latest.current = run;
  const idle = run === null;
  useEffect(() => (idle ? undefined : onShortcut(id, () => latest.current?.())), [id, idle]);
}
