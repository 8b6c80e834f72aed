/** The frame in which the large picture stands; it keeps its size whatever is in it. */
import clsx from "clsx";
import type { CSSProperties, ReactNode } from "react";
import { Picture } from "@/components/ui/placeholder";

type FrameProps = {
  width: number;
  height: number;
  source: string | null;
  thumbhash?: string | null | undefined;
  alt: string;
  dim?: boolean;
  /** Laid over the picture. */
  children?: ReactNode;
};

export function Frame({ width, height, source, thumbhash, alt, dim, children }: FrameProps) {
  return (
    <div
      className="relative mx-auto w-full overflow-hidden rounded-lg bg-easel"
      style={frameShape(width, height)}
    >
      {source ? (
        <Picture
          key={source}
          src={source}
          thumbhash={thumbhash}
          alt={alt}
          className={clsx("size-full object-contain", dim && "opacity-60")}
        />
      ) : null}
      {children}
    </div>
  );
}

/** The row under a frame: progress while it works, the viewer's controls after, so that nothing below moves. */
export const FRAME_ROW = "min-h-9.5 pointer-coarse:min-h-11.5";

/** As wide as there is room, but never so tall that the controls below leave the screen. */
export function frameShape(width: number, height: number): CSSProperties {
  return {
    aspectRatio: `${width} / ${height}`,
    maxWidth: `calc(min(70dvh, 60rem) * ${width / height})`,
  };
}
