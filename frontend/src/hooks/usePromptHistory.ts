/**
 * Steps through earlier prompts with the up and down arrows, like a shell: up from the first line goes back, down from
 * the last line comes forward, and what was being written waits at the end.
 */
import { type KeyboardEvent, useLayoutEffect, useRef } from "react";
import { caretLines } from "./caret-lines";

type PromptHistoryOptions = {
  value: string;
  /** Newest first. */
  recall: () => string[];
  onChange: (value: string) => void;
};

export function usePromptHistory({ value, recall, onChange }: PromptHistoryOptions) {
  const box = useRef<HTMLTextAreaElement>(null);
  /** Where one stands: what is shown, how many steps back, and what was being written before. */
  const place = useRef({ shown: "", back: 0, own: "" });
  const caret = useRef<number | null>(null);

  useLayoutEffect(() => {
    if (caret.current === null) return;
    const at = Math.min(caret.current, value.length);
    box.current?.setSelectionRange(at, at);
    caret.current = null;
  }, [value]);

  const go = (direction: 1 | -1): boolean => {
    const here = place.current;
    // Changed since: it is the visitor's own text now.
    if (here.back === 0 || here.shown !== value) place.current = { shown: value, back: 0, own: value };
    const { back, own } = place.current;
    const earlier = recall().filter((prompt) => prompt !== own);
    const next = back + direction;
    if (next < 0 || next > earlier.length) return false;
    const shown = next === 0 ? own : (earlier[next - 1] ?? own);
    place.current = { shown, back: next, own };
    // Where the next press of the same key steps on.
    caret.current = direction === 1 ? 0 : shown.length;
    onChange(shown);
    return true;
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const up = event.key === "ArrowUp";
    if (!up && event.key !== "ArrowDown") return;
    const { selectionStart, selectionEnd } = event.currentTarget;
    const plain = !(event.shiftKey || event.altKey || event.ctrlKey || event.metaKey);
    if (!plain || event.nativeEvent.isComposing || selectionStart !== selectionEnd) return;
    const lines = caretLines(event.currentTarget);
    if ((up ? lines.first : lines.last) && go(up ? 1 : -1)) event.preventDefault();
  };

  return { box, onKeyDown };
}
