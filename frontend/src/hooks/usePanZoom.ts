/**
 * Zoom and pan of one picture: wheel, pinch, drag, double press and keys. Zoom 1 shows all of it; the
 * picture cannot be dragged out of sight.
 */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { followPointers } from "./pan-zoom-pointers";
import { FIT, keyView, stepZoom, type View, zoomLimits, zoomTo } from "./pan-zoom-view";

type PanZoomOptions = {
  stage: RefObject<HTMLElement | null>;
  /** Of the picture, in its own pixels. */
  pictureWidth: number;
  /** A drag on an unzoomed picture; `share` is the pointer's place across the stage, 0..1. */
  onSweep: (share: number) => void;
};

export function usePanZoom({ stage, pictureWidth, onSweep }: PanZoomOptions) {
  const [view, setView] = useState<View>(FIT);
  const scale = useStageWidth(stage, pictureWidth) / pictureWidth;
  const latest = useRef({ onSweep, zoomed: false, scale });
  latest.current = { onSweep, zoomed: view.zoom > 1, scale };

  const change = useCallback(
    (update: (view: View) => View) => setView((current) => clampView(update(current), stage.current)),
    [stage],
  );
  const step = (inwards: boolean) =>
    change((current) => zoomTo(current, stepZoom(current.zoom, scale, inwards), scale));
  const fit = () => setView(FIT);
  const oneToOne = () => change((current) => zoomTo(current, 1 / scale, scale));

  useEffect(() => {
    if (!stage.current) return;
    return followPointers(stage.current, {
      isZoomed: () => latest.current.zoomed,
      limits: () => zoomLimits(latest.current.scale),
      onSweep: (share) => latest.current.onSweep(share),
      change,
    });
  }, [stage, change]);

  /** True when the key meant something here. */
  const onKey = useCallback(
    (key: string): boolean => {
      const update = keyView(key, latest.current.scale);
      if (update) change(update);
      return update !== null;
    },
    [change],
  );
  return { view, scale, step, fit, oneToOne, onKey };
}

/** How wide the stage is drawn; until that is known, as wide as its picture. */
function useStageWidth(stage: RefObject<HTMLElement | null>, unknown: number): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [stage]);
  return width || unknown;
}

function clampView(view: View, stage: HTMLElement | null): View {
  if (!stage) return FIT;
  if (view.zoom <= 1) return { ...FIT, zoom: view.zoom };
  const clamp = (value: number, size: number) => {
    const most = (size * (view.zoom - 1)) / 2;
    return Math.min(most, Math.max(-most, value));
  };
  return { zoom: view.zoom, x: clamp(view.x, stage.clientWidth), y: clamp(view.y, stage.clientHeight) };
}
