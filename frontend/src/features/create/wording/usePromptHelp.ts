/**
 * A better or translated wording, asked of the server's text model. What comes back is a proposal that lies beside the
 * words until somebody takes it; the words themselves change only then, and can be had back.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { type ApiError, toApiError } from "@/services/errors";
import { improvePrompt, translatePrompt } from "@/services/prompts";
import type { Locale } from "@/utils/formatting";

export type HelpKind = "improve" | "zh" | "en";

export type Help = { kind: HelpKind } & (
  | { state: "asking" }
  | { state: "proposed"; text: string }
  | { state: "failed"; error: ApiError }
);

type PromptHelpOptions = { taskType: string; language: Locale };

export function usePromptHelp({ taskType, language }: PromptHelpOptions) {
  const [help, setHelp] = useState<Help | null>(null);
  const running = useRef<AbortController | null>(null);

  const dismiss = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setHelp(null);
  }, []);
  // Another tool has other words; what was asked about the old ones is void.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tool is the reason.
  useEffect(() => dismiss, [taskType, dismiss]);

  const ask = async (kind: HelpKind, prompt: string) => {
    dismiss();
    const controller = new AbortController();
    running.current = controller;
    setHelp({ kind, state: "asking" });
    const words = { prompt, signal: controller.signal };
    try {
      const asked =
        kind === "improve" ? improvePrompt(words, taskType, language) : translatePrompt(words, kind);
      const text = await asked;
      if (running.current === controller) setHelp({ kind, state: "proposed", text });
    } catch (reason) {
      if (running.current === controller) setHelp({ kind, state: "failed", error: toApiError(reason) });
    }
  };
  const edit = (text: string) => setHelp((now) => (now?.state === "proposed" ? { ...now, text } : now));
  return { help, ask, edit, dismiss };
}
