/** Cards in rows of equal height, each as wide as its picture asks; the order of the list stays readable. */
import type { CSSProperties, ReactNode } from "react";

export type RowCard = { key: string; aspect: number; card: ReactNode };

export function CardRows({ cards, label }: { cards: RowCard[]; label: string }) {
  return (
    <ul
      aria-label={label}
      className="flex flex-wrap gap-3 [--row:11rem] sm:gap-4 sm:[--row:10rem] xl:[--row:11rem]"
    >
      {cards.map(({ key, aspect, card }) => (
        <li
          key={key}
          className="min-w-0"
          style={{ flex: `${aspect} 1 calc(${aspect} * var(--row))` } as CSSProperties}
        >
          {card}
        </li>
      ))}
      {/* Takes the rest of the last row, so that a single card is not blown up. */}
      <li aria-hidden className="hidden grow-10 sm:block" />
    </ul>
  );
}
