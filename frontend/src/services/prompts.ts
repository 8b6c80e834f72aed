/** What can be asked about the words of a picture before it is made. */
import { api, unwrap } from "@/services/api";
import type { NewTask, PromptPreview } from "@/types/task";
import type { Locale } from "@/utils/formatting";

/** The final prompt, as the model would be told. */
export function previewPrompt(body: NewTask, signal?: AbortSignal): Promise<PromptPreview> {
  return unwrap(api.POST("/api/prompts/preview", { body, signal }));
}

type Words = { prompt: string; signal: AbortSignal };

/** A better wording; a proposal, nothing is kept. */
export async function improvePrompt({ prompt, signal }: Words, taskType: string, locale: Locale) {
  const body = { prompt, taskType, locale };
  return (await unwrap(api.POST("/api/prompts/improve", { body, signal }))).prompt;
}

export async function translatePrompt({ prompt, signal }: Words, to: "zh" | "en") {
  return (await unwrap(api.POST("/api/prompts/translate", { body: { prompt, to }, signal }))).prompt;
}
