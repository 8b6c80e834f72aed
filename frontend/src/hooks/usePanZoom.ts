/**
 * Zoom and pan of one picture: wheel, pinch, drag, double press and keys. Zoom 1 shows all of it; the
 * picture cannot be dragged out of sight.
 */
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { followPointers } from "./pan-zoom-pointers";
import { FIT, keyView, type View, zoomAt } from "./pan-zoom-view";

type PanZoomOptions = {
  stage: RefObject<HTMLElement | null>;
  /** A drag on an unzoomed picture; `share` is the pointer's place across the stage, 0..1. */
  onSweep: (share: number) => void;
};

export function usePanZoom({ stage, onSweep }: PanZoomOptions) {
  const [view, setView] = useState<View>(FIT);
  const latest = useRef({ onSweep, zoomed: false });
  latest.current = { onSweep, zoomed: view.zoom > 1 };

  const change = useCallback(
    (update: (view: View) => View) => setView((current) => clampView(update(current), stage.current)),
    [stage],
  );
  const zoomBy = useCallback(
    (factor: number) => change((current) => zoomAt(current, factor, 0, 0)),
    [change],
  );
  const fit = useCallback(() => setView(FIT), []);

  useEffect(() => {
    if (!stage.current) return;
    return followPointers(stage.current, {
      isZoomed: () => latest.current.zoomed,
      onSweep: (share) => latest.current.onSweep(share),
      change,
    });
  }, [stage, change]);

  /** True when the key meant something here. */
  const onKey = useCallback(
    (key: string): boolean => {
      const update = keyView(key);
      if (update) change(update);
      return update !== null;
    },
    [change],
  );
  return { view, zoomBy, fit, onKey };
}

function clampView(view: View, stage: HTMLElement | null): View {
  if (view.zoom <= 1 || !stage) return FIT;
  const clamp = (value: number, size: number) => {
    const most = (size * (view.zoom - 1)) / 2;
    return Math.min(most, Math.max(-most, value));
  };
  return { zoom: view.zoom, x: clamp(view.x, stage.clientWidth), y: clamp(view.y, stage.clientHeight) };
}
