/** Listens to wheel, mouse, pen and fingers on the stage and turns them into changes of the view. */
import { FIT, type Limits, type View, zoomAt } from "./pan-zoom-view";

type PointerHandlers = {
  isZoomed: () => boolean;
  limits: () => Limits;
  onSweep: (share: number) => void;
  change: (update: (view: View) => View) => void;
};

type Point = { x: number; y: number };

export function followPointers(
  element: HTMLElement,
  { isZoomed, limits, onSweep, change }: PointerHandlers,
): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  const pointers = new Map<number, Point>();

  const fromMiddle = (point: Point): Point => {
    const box = element.getBoundingClientRect();
    return { x: point.x - box.left - box.width / 2, y: point.y - box.top - box.height / 2 };
  };
  const sweep = (x: number) => {
    const box = element.getBoundingClientRect();
    onSweep(Math.min(1, Math.max(0, (x - box.left) / Math.max(1, box.width))));
  };
  const zoom = (factor: number, around: Point) => {
    const { x, y } = fromMiddle(around);
    change((view) => zoomAt(view, factor, x, y, { ...limits(), least: 1 }));
  };

  const onWheel = (event: WheelEvent) => {
    // With all of the picture in sight there is nothing to zoom out of: the page scrolls.
    if (event.deltaY > 0 && !isZoomed()) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * 0.002), pointOf(event));
  };
  const onDown = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest("input, button, a")) return;
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, pointOf(event));
    if (!isZoomed() && pointers.size === 1) sweep(event.clientX);
  };
  const onMove = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = pointOf(event);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    if (other) {
      const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
      zoom(distance(now, other) / Math.max(1, distance(before, other)), middle);
    } else if (isZoomed()) {
      change((view) => ({ ...view, x: view.x + now.x - before.x, y: view.y + now.y - before.y }));
    } else {
      sweep(now.x);
    }
  };
  const onUp = (event: PointerEvent) => pointers.delete(event.pointerId);
  const onDouble = (event: MouseEvent) => {
    if (isZoomed()) change(() => FIT);
    else zoom(3, pointOf(event));
  };

  element.addEventListener("wheel", onWheel, { ...options, passive: false });
  element.addEventListener("pointerdown", onDown, options);
  element.addEventListener("pointermove", onMove, options);
  element.addEventListener("pointerup", onUp, options);
  element.addEventListener("pointercancel", onUp, options);
  element.addEventListener("dblclick", onDouble, options);
  return () => stop.abort();
}

const pointOf = (event: MouseEvent): Point => ({ x: event.clientX, y: event.clientY });
const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);
