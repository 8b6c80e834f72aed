/**
 * The arithmetic of zoom and pan: offsets are pixels from the middle of the stage, zoom 1 shows all of the
 * picture. `scale` is how many pixels of the page one pixel of the picture takes then.
 */
export type View = { zoom: number; x: number; y: number };

export const FIT: View = { zoom: 1, x: 0, y: 0 };
/** Eight times is enough to count pixels on any screen. */
const MAX_ZOOM = 8;
const KEY_STEP = 60;
/** Where the steps stop, as sizes of a picture's pixel on the page. */
const STOPS = [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8];

export type Limits = { least: number; most: number };

/** Between all of it and eight times, but always as far as one to one, and twice that of a large picture. */
export function zoomLimits(scale: number): Limits {
  return { least: Math.min(1, 1 / scale), most: Math.max(MAX_ZOOM, 2 / scale) };
}

/** The zoom one step further in or out; all of the picture is a step too. */
export function stepZoom(zoom: number, scale: number, inwards: boolean): number {
  const { least, most } = zoomLimits(scale);
  const stops = [1, least, most, ...STOPS.map((stop) => stop / scale)]
    .filter((stop) => stop >= least && stop <= most)
    .sort((a, b) => a - b);
  // A hair more than nothing, for what arithmetic leaves.
  return inwards
    ? (stops.find((stop) => stop > zoom * 1.001) ?? most)
    : (stops.findLast((stop) => stop < zoom * 0.999) ?? least);
}

const ALL_TO_MAX: Limits = { least: 1, most: MAX_ZOOM };

/** Zooms so that the point under the pointer (measured from the middle) stays where it is. */
export function zoomAt(view: View, factor: number, x: number, y: number, limits = ALL_TO_MAX): View {
  const zoom = Math.min(limits.most, Math.max(limits.least, view.zoom * factor));
  const ratio = zoom / view.zoom;
  return { zoom, x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio };
}

/** Zooms around the middle. */
export function zoomTo(view: View, zoom: number, scale: number): View {
  return zoomAt(view, zoom / view.zoom, 0, 0, zoomLimits(scale));
}

/** What a key does to the view, or null for keys that mean nothing here. */
export function keyView(key: string, scale = 1): ((view: View) => View) | null {
  switch (key) {
    case "+":
    case "=":
      return (view) => zoomTo(view, stepZoom(view.zoom, scale, true), scale);
    case "-":
      return (view) => zoomTo(view, stepZoom(view.zoom, scale, false), scale);
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
