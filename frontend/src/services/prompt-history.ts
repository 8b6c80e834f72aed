/**
 * The prompts that were pressed with, newest first: kept in this browser, for each user and tool apart, so that
 * nobody reads another's words.
 */
import { recall, remember } from "@/services/preferences";
import { draftOwner } from "@/services/workbench";

/** More than anybody steps back through, and few enough for the browser's storage. */
const MOST_PROMPTS = 50;

export function recallPrompts(taskType: string): string[] {
  try {
    const read: unknown = JSON.parse(recall(place(taskType)) ?? "[]");
    return Array.isArray(read) ? read.filter((prompt) => typeof prompt === "string") : [];
  } catch {
    return [];
  }
}

/** A prompt used again moves to the front instead of standing there twice. */
export function rememberPrompt(taskType: string, prompt: string): void {
  const text = prompt.trim();
  if (!text) return;
  const others = recallPrompts(taskType).filter((known) => known !== text);
  remember(place(taskType), JSON.stringify([text, ...others].slice(0, MOST_PROMPTS)));
}

const place = (taskType: string) => `prompts.${draftOwner() ?? ""}.${taskType}`;
