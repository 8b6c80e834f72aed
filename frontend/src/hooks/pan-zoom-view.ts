/** The arithmetic of zoom and pan: offsets are pixels from the middle of the stage. */
export type View = { zoom: number; x: number; y: number };

export const FIT: View = { zoom: 1, x: 0, y: 0 };
/** Eight times is enough to count pixels on any screen. */
const MAX_ZOOM = 8;
const KEY_STEP = 60;
const ZOOM_STEP = 1.5;

/** Zooms so that the point under the pointer (measured from the middle) stays where it is. */
export function zoomAt(view: View, factor: number, x: number, y: number): View {
  const zoom = Math.min(MAX_ZOOM, Math.max(1, view.zoom * factor));
  const ratio = zoom / view.zoom;
  return { zoom, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio };
}

/** What a key does to the view, or null for keys that mean nothing here. */
export function keyView(key: string): ((view: View) => View) | null {
  switch (key) {
    case "+":
    case "=":
      return (view) => zoomAt(view, ZOOM_STEP, 0, 0);
    case "-":
      return (view) => zoomAt(view, 1 / ZOOM_STEP, 0, 0);
    case "0":
      return () => FIT;
    case "ArrowLeft":
      return (view) => ({ ...view, x: view.x + KEY_STEP });
    case "ArrowRight":
      return (view) => ({ ...view, x: view.x - KEY_STEP });
    case "ArrowUp":
      return (view) => ({ ...view, y: view.y + KEY_STEP });
    case "ArrowDown":
      return (view) => ({ ...view, y: view.y - KEY_STEP });
    default:
      return null;
  }
}
