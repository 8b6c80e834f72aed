/** Cards in rows of equal height, each as wide as its picture asks; the order of the list stays readable. */
import type { ReactNode } from "react";

/** As many as the narrowest cards of the widest row. */
const FILLERS = 9;

const share = (aspect: number) => ({ flex: `${aspect} 1 calc(${aspect} * var(--row))` });

export type RowCard = { key: string; aspect: number; card: ReactNode };

export function CardRows({ cards, label }: { cards: RowCard[]; label: string }) {
  const usual = cards.reduce((sum, { aspect }) => sum + aspect, 0) / cards.length;
  return (
    <ul
      aria-label={label}
      className="-mb-3 flex flex-wrap gap-x-3 [--row:11rem] sm:-mb-4 sm:gap-x-4 sm:[--row:10rem] xl:[--row:11rem]"
    >
      {cards.map(({ key, aspect, card }) => (
        <li key={key} className="mb-3 min-w-0 sm:mb-4" style={share(aspect)}>
          {card}
        </li>
      ))}
      {/* Stand where more cards would, so that those of the last row are as tall as the others; they add no row of their own. */}
      {Array.from({ length: FILLERS }, (_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same and never move.
        <li key={place} aria-hidden className="h-0" style={share(usual)} />
      ))}
    </ul>
  );
}
