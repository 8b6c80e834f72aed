/**
 * What the balance can pay instead of what is laid out: the same number of pictures on another model, or fewer of them.
 * The catalogue's prices say so at once; the server's quote confirms what is taken.
 */
import type { AiModel } from "@/types/api";
import type { ModelChoice } from "./model-choice";

export type WithinReach = {
  model: AiModel;
  /** Pictures to ask for, where these are fewer than were wanted. */
  count: number | null;
  /** Credits that it takes. */
  credits: number;
};

type Wanted = {
  choice: ModelChoice;
  /** Pictures that a press makes. */
  pictures: number;
  /** Whether their number is a setting, and not that of the photos. */
  counted: boolean;
  balance: number;
};

export function withinReach({ choice, pictures, counted, balance }: Wanted): WithinReach | null {
  const { acting, offered } = choice;
  if (!acting || (acting.price ?? 0) * pictures <= balance) return null;
  const makes = (model: AiModel) => !counted || (model.maxCount ?? pictures) >= pictures;
  const other = offered.find((model) => (model.price ?? 0) * pictures <= balance && makes(model));
  if (other) return { model: other, count: null, credits: (other.price ?? 0) * pictures };
  if (!counted) return null;
  for (const model of [acting, ...offered]) {
    const price = model.price ?? 0;
    const payable = price > 0 ? Math.floor(balance / price) : pictures;
    const count = Math.min(payable, model.maxCount ?? pictures, pictures);
    if (count >= 1) return { model, count, credits: price * count };
  }
  return null;
}
