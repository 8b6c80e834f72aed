/** Brings a field of the form into sight with the keyboard in it, unfolding what it is folded into. */
export function goToField(name: string): void {
  const field = document.querySelector<HTMLElement>(`[data-field="${name}"]`);
  for (let fold = field?.closest("details"); fold; fold = fold.parentElement?.closest("details"))
    fold.open = true;
  const inside = field?.querySelector("details");
  if (inside) inside.open = true;
  field?.querySelector<HTMLElement>("input, textarea, select, button")?.focus({ preventScroll: true });
  field?.scrollIntoView?.({ block: "center" });
}
