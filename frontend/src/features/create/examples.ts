/** Prompts worth looking at, one press away: for each tool three, with the shape and the colours they ask for. */
import type { TFunction } from "@/locales/i18n";

export const EXAMPLES = {
  text_to_image: ["snow", "fox", "poster"],
  image_edit: ["season", "film", "model"],
} as const;

export type Example = {
  id: string;
  title: string;
  text: string;
  /** Shape that suits it, where the tool has shapes to choose from. */
  ratio: string | null;
  /** Colours of its card, from light to deep. */
  colors: [string, string, string];
};

const LOOKS: Record<string, Pick<Example, "ratio" | "colors">> = {
  snow: { ratio: "3:2", colors: ["#e9b872", "#5f6f8f", "#1d2740"] },
  fox: { ratio: "3:4", colors: ["#e8c9a0", "#b4532a", "#3d2417"] },
  poster: { ratio: "2:3", colors: ["#7fb6a8", "#2f6f8f", "#12324a"] },
  season: { ratio: null, colors: ["#f0c27b", "#b5652b", "#4b2413"] },
  film: { ratio: null, colors: ["#d8c7a3", "#7d7a5c", "#33352b"] },
  model: { ratio: null, colors: ["#c9c2ee", "#6f63b8", "#2a2460"] },
};

export function examplesFor(taskType: string, t: TFunction): Example[] {
  const ids: readonly string[] = taskType in EXAMPLES ? EXAMPLES[taskType as keyof typeof EXAMPLES] : [];
  return ids.map((id) => ({
    id,
    title: t(`create.examples.${id as ExampleId}.title`),
    text: t(`create.examples.${id as ExampleId}.text`),
    ...(LOOKS[id] ?? { ratio: null, colors: ["#888888", "#555555", "#222222"] }),
  }));
}

type ExampleId = (typeof EXAMPLES)[keyof typeof EXAMPLES][number];
