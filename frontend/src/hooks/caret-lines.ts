/** Whether the caret of a text box stands in its first or last line, as it is laid out: a long line wraps. */
export function caretLines(box: HTMLTextAreaElement): { first: boolean; last: boolean } {
  const { value, selectionStart: caret } = box;
  const end = value.length;
  const first = !value.slice(0, caret).includes("\n");
  const last = !value.slice(caret).includes("\n");
  if (!first && !last) return { first, last };
  const top = offsetsOf(box, [0, caret, end]);
  return { first: first && top[1] === top[0], last: last && top[1] === top[2] };
}

/** What decides where a text box breaks its lines. */
const LAYOUT = ["font", "letterSpacing", "wordSpacing", "lineBreak", "wordBreak", "tabSize"] as const;

/** The heights at which these places of the text stand, measured on a hidden copy of the box. */
function offsetsOf(box: HTMLTextAreaElement, places: [number, number, number]): number[] {
  const copy = document.createElement("div");
  const style = getComputedStyle(box);
  for (const name of LAYOUT) copy.style[name] = style[name];
  const inner =
    box.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
  Object.assign(copy.style, {
    position: "fixed",
    visibility: "hidden",
    whiteSpace: "pre-wrap",
    overflowWrap: "break-word",
    width: `${inner}px`,
  });
  document.body.append(copy);
  const tops = places.map((place) => {
    const mark = document.createElement("span");
    // The mark has no width of its own, or it would wrap where the caret does not.
    mark.textContent = "\u200b";
    copy.replaceChildren(box.value.slice(0, place), mark, box.value.slice(place));
    return mark.offsetTop;
  });
  copy.remove();
  return tops;
}
