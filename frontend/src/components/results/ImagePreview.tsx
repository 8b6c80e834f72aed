/**
 * A result over its original: drag or arrow the divider, zoom and move both together, or hold a button
 * to see the original. Without an original it is a plain viewer.
 */
import clsx from "clsx";
import { Eye, Minus, Plus, Scan } from "lucide-react";
import { type CSSProperties, useRef, useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { Picture } from "@/components/ui/placeholder";
import { type View, zoomLimits } from "@/hooks/pan-zoom-view";
import { usePanZoom } from "@/hooks/usePanZoom";
import { useTranslation } from "@/locales/i18n";
import { formatPercent } from "@/utils/formatting";
import { FRAME_ROW, frameShape } from "./Frame";

export type PreviewPicture = {
  url: string;
  thumbhash: string | null;
  width: number;
  height: number;
  alt: string;
};

/** Width over height below which two labels do not fit side by side. */
const NARROW = 0.35;

type ImagePreviewProps = { before: PreviewPicture | null; after: PreviewPicture };

export function ImagePreview({ before, after }: ImagePreviewProps) {
  const { t } = useTranslation();
  const stage = useRef<HTMLDivElement>(null);
  const [split, setSplit] = useState(50);
  const [holding, setHolding] = useState(false);
  const panZoom = usePanZoom({
    stage,
    pictureWidth: after.width,
    onSweep: (share) => setSplit(share * 100),
  });
  const { view, onKey } = panZoom;
  const shown = before ? (holding ? 100 : split) : 0;

  const shape = frameShape(after.width, after.height);
  // Next to a picture that is too narrow for its labels there is room for them.
  const narrow = after.width / after.height < NARROW;
  const labels = before ? (
    <>
      <Corner side="left" outside={narrow} text={t("tasks.before")} visible={shown > 12} />
      <Corner side="right" outside={narrow} text={t("tasks.after")} visible={shown < 88} />
    </>
  ) : null;

  return (
    <div className="grid gap-3">
      <div className="relative mx-auto w-full" style={{ maxWidth: shape.maxWidth }}>
        <div
          ref={stage}
          role="application"
          aria-label={t("tasks.viewer")}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the viewer is moved and zoomed by keys, so it must take focus.
          tabIndex={0}
          onKeyDown={(event) => {
            if (event.target === event.currentTarget && onKey(event.key)) event.preventDefault();
          }}
          className={clsx(
            "relative w-full overflow-hidden rounded-lg bg-easel select-none",
            // Unzoomed, a finger moving up or down still scrolls the page.
            view.zoom > 1 ? "touch-none" : "touch-pan-y",
          )}
          style={shape}
        >
          <Layer picture={after} view={view} clip={`inset(0 0 0 ${shown}%)`} checkered />
          {before ? (
            <>
              <Layer picture={before} view={view} clip={`inset(0 ${100 - shown}% 0 0)`} />
              {narrow ? null : labels}
              {/* With only the original to see there is nothing to divide. */}
              {holding ? null : <Divider split={split} onChange={setSplit} />}
            </>
          ) : null}
        </div>
        {narrow ? labels : null}
      </div>
      <div className={clsx("flex flex-wrap items-center justify-center gap-1", FRAME_ROW)}>
        <Zoom {...panZoom} />
        {before ? <HoldButton holding={holding} onHold={setHolding} /> : null}
      </div>
    </div>
  );
}

type LayerProps = { picture: PreviewPicture; view: View; clip: string; checkered?: boolean };

function Layer({ picture, view, clip, checkered }: LayerProps) {
  return (
    <div className="absolute inset-0" style={{ clipPath: clip }}>
      <div
        className="absolute inset-0"
        style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.zoom})` }}
      >
        <div className={checkered ? "checkers size-full" : "size-full bg-easel"}>
          <Picture
            key={picture.url}
            src={picture.url}
            thumbhash={picture.thumbhash}
            width={picture.width}
            height={picture.height}
            alt={picture.alt}
            draggable={false}
            className="size-full object-contain"
          />
        </div>
      </div>
    </div>
  );
}

function Divider({ split, onChange }: { split: number; onChange: (split: number) => void }) {
  const { t, language } = useTranslation();
  return (
    <>
      <input
        type="range"
        min={0}
        max={100}
        step={1}
        value={Math.round(split)}
        aria-label={t("tasks.compareSlider")}
        aria-valuetext={t("tasks.compareValue", { percent: formatPercent(split / 100, language) })}
        onChange={(event) => onChange(event.target.valueAsNumber)}
        className="compare-range top-1/2 z-10 -translate-y-1/2"
      />
      <div
        className="pointer-events-none absolute inset-y-0 w-0.5 -translate-x-1/2 bg-white shadow-[0_0_0_1px_rgb(0_0_0/25%)]"
        style={{ left: `${split}%` } as CSSProperties}
      />
      <div
        className="compare-knob pointer-events-none absolute top-1/2 grid size-11 -translate-x-1/2 -translate-y-1/2 place-items-center rounded-full bg-white text-[#191a1c] shadow-float"
        style={{ left: `${split}%` }}
      >
        <svg viewBox="0 0 24 24" className="size-6" aria-hidden="true">
          <path
            d="M9 7l-5 5 5 5M15 7l5 5-5 5"
            fill="none"
            stroke="currentColor"
            strokeWidth="2"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
      </div>
    </>
  );
}

type CornerProps = { side: "left" | "right"; outside: boolean; text: string; visible: boolean };

function Corner({ side, outside, text, visible }: CornerProps) {
  const place = outside
    ? { left: "right-full mr-2", right: "left-full ml-2" }
    : { left: "left-3", right: "right-3" };
  return (
    <span
      className={clsx(
        "pointer-events-none absolute top-3 rounded-full bg-black/65 px-2.5 py-1 text-xs font-medium whitespace-nowrap text-white transition-opacity",
        place[side],
        !visible && "opacity-0",
      )}
    >
      {text}
    </span>
  );
}

type ZoomProps = Pick<ReturnType<typeof usePanZoom>, "view" | "scale" | "step" | "fit" | "oneToOne">;

/** The size is that of the picture's pixels: at 100 % one of them takes one pixel of the page. */
function Zoom({ view, scale, step, fit, oneToOne }: ZoomProps) {
  const { t, language } = useTranslation();
  const { least, most } = zoomLimits(scale);
  const size = new Intl.NumberFormat(language, { style: "percent" }).format(view.zoom * scale);
  return (
    <div className="flex items-center rounded-md border border-line bg-surface">
      <IconButton label={t("tasks.zoomOut")} disabled={view.zoom <= least} onClick={() => step(false)}>
        <Minus aria-hidden className="size-4" />
      </IconButton>
      <span className="min-w-14 text-center text-sm tabular-nums max-sm:hidden">{size}</span>
      <IconButton label={t("tasks.zoomIn")} disabled={view.zoom >= most} onClick={() => step(true)}>
        <Plus aria-hidden className="size-4" />
      </IconButton>
      <IconButton label={t("tasks.zoomFit")} onClick={fit}>
        <Scan aria-hidden className="size-4" />
      </IconButton>
      <IconButton label={t("tasks.zoomReal")} onClick={oneToOne} className="text-sm font-medium">
        1:1
      </IconButton>
    </div>
  );
}

function HoldButton({ holding, onHold }: { holding: boolean; onHold: (holding: boolean) => void }) {
  const { t } = useTranslation();
  const isPress = (key: string) => key === " " || key === "Enter";
  return (
    <Button
      variant="quiet"
      size="sm"
      aria-pressed={holding}
      onPointerDown={() => onHold(true)}
      onPointerUp={() => onHold(false)}
      onPointerLeave={() => onHold(false)}
      onPointerCancel={() => onHold(false)}
      onBlur={() => onHold(false)}
      onKeyDown={(event) => isPress(event.key) && onHold(true)}
      onKeyUp={(event) => isPress(event.key) && onHold(false)}
      onContextMenu={(event) => event.preventDefault()}
      className="select-none"
    >
      <Eye aria-hidden className="size-4" />
      {t("tasks.hold")}
    </Button>
  );
}
