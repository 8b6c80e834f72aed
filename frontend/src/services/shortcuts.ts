/**
 * Keyboard shortcuts. One list makes both the handlers and the sheet that shows them; a page says what a
 * shortcut does while it is shown. Single keys can be switched off (WCAG 2.1.4) and mean nothing while
 * somebody types; nothing fires while an input method composes.
 */
import { recall, remember } from "@/services/preferences";

export const SHORTCUTS = [
  { id: "press", keys: "Mod+Enter" },
  { id: "search", keys: "/" },
  { id: "download", keys: "d" },
  { id: "remove", keys: "Delete" },
  { id: "undo", keys: "z" },
  { id: "sheet", keys: "?" },
] as const;

export type ShortcutId = (typeof SHORTCUTS)[number]["id"];
type Handler = () => void;

/** The part that was shown last comes last and has the word. */
let handlers: { id: ShortcutId; run: Handler }[] = [];

export function onShortcut(id: ShortcutId, run: Handler): () => void {
  const entry = { id, run };
  if (handlers.length === 0) document.addEventListener("keydown", handleKey);
  handlers.push(entry);
  return () => {
    handlers = handlers.filter((other) => other !== entry);
    if (handlers.length === 0) document.removeEventListener("keydown", handleKey);
  };
}

export const singleKeysOn = (): boolean => recall("single-keys") !== "off";
export const switchSingleKeys = (on: boolean) => remember("single-keys", on ? null : "off");

function handleKey(event: KeyboardEvent): void {
  if (event.isComposing || event.repeat || event.defaultPrevented) return;
  const modified = event.ctrlKey || event.metaKey;
  const keys = modified ? `Mod+${event.key}` : event.key;
  const shortcut = SHORTCUTS.find((known) => known.keys.toLowerCase() === keys.toLowerCase());
  if (!shortcut || event.altKey) return;
  if (!modified && (!singleKeysOn() || takesKeys(event.target))) return;
  // What lies behind an open dialog is out of reach.
  if (document.querySelector("dialog[open]")) return;
  const handler = handlers.findLast(({ id }) => id === shortcut.id);
  if (!handler) return;
  event.preventDefault();
  handler.run();
}

const TEXT_FIELDS =
  "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=range], [type=file])";

function takesKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TEXT_FIELDS) !== null;
}
