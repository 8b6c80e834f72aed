/**
 * Drag, drop and paste of files over an element or the whole window. A counter of entered elements keeps
 * the drag state steady while the pointer crosses children, which each fire their own enter and leave.
 */
import { type RefObject, useEffect, useRef, useState } from "react";

/** Drops that a smaller zone inside the page has taken; they still bubble, so that the window's state ends. */
const taken = new WeakSet<Event>();

type FileDropOptions = {
  target: RefObject<HTMLElement | null>;
  /** The whole window accepts the drop, and pasted pictures too. */
  wholeWindow: boolean;
  disabled: boolean;
  onFiles: (files: File[]) => void;
};

export function useFileDrop({ target, wholeWindow, disabled, onFiles }: FileDropOptions): boolean {
  const [active, setActive] = useState(false);
  const receive = useRef(onFiles);
  receive.current = onFiles;

  useEffect(() => {
    const area: EventTarget | null = wholeWindow ? window : target.current;
    if (!area || disabled) return;
    const stop = new AbortController();
    let depth = 0;
    const move = (change: number) => {
      depth = Math.max(0, depth + change);
      setActive(depth > 0);
    };
    const listen = <E extends Event>(type: string, run: (event: E) => void) =>
      area.addEventListener(type, (event) => run(event as E), { signal: stop.signal });

    listen<DragEvent>("dragenter", (event) => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      move(1);
    });
    listen<DragEvent>("dragleave", (event) => {
      if (carriesFiles(event.dataTransfer)) move(-1);
    });
    listen<DragEvent>("dragover", (event) => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    });
    listen<DragEvent>("drop", (event) => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      move(-depth);
      if (taken.has(event)) return;
      taken.add(event);
      receive.current(Array.from(event.dataTransfer?.files ?? []));
    });
    if (wholeWindow) {
      listen<ClipboardEvent>("paste", (event) => {
        const files = Array.from(event.clipboardData?.files ?? []);
        if (files.length === 0) return;
        event.preventDefault();
        receive.current(files);
      });
    }
    return () => {
      stop.abort();
      setActive(false);
    };
  }, [target, wholeWindow, disabled]);

  return active;
}

function carriesFiles(transfer: DataTransfer | null): boolean {
  return Array.from(transfer?.types ?? []).includes("Files");
}
