/** As many frames as there are pictures, together in the shape of one. */
import clsx from "clsx";
import type { ReactNode } from "react";

type MosaicProps = { count: number; frame: (index: number) => ReactNode };

export function Mosaic({ count, frame }: MosaicProps) {
  const places = Array.from({ length: count }, (_, index) => index);
  return (
    <div
      className={clsx(
        "grid size-full gap-0.5 bg-surface",
        count > 1 && "grid-cols-2",
        count > 2 && "grid-rows-2",
      )}
    >
      {places.map((index) => (
        <div
          key={index}
          data-frame
          className={clsx(
            "relative min-h-0 overflow-hidden bg-easel",
            count === 3 && index === 0 && "row-span-2",
          )}
        >
          {frame(index)}
        </div>
      ))}
    </div>
  );
}
