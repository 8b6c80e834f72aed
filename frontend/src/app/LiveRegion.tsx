/**
 * Tells screen readers what becomes of tasks: each end once, with the credits that came back, and on the way
 * the stage, for one task at most every five seconds. Percentages are left to the progress bars.
 */
import { useEffect, useReducer, useRef } from "react";
import { progressWords } from "@/components/results/progress-words";
import { useCatalogue } from "@/hooks/useCatalogue";
import { useTranslation } from "@/locales/i18n";
import { onTaskMoved, onTaskSettled } from "@/services/task-cache";
import type { Task } from "@/types/task";
import { ANNOUNCE_GAP_MS } from "@/utils/constants";

export function LiveRegion() {
  const { t, language } = useTranslation();
  const { toolName } = useCatalogue();
  const [said, say] = useReducer(append, []);
  const words = (task: Task) => ({ tool: toolName(task.taskType), ...progressWords(task, t, language) });
  const latest = useRef(words);
  latest.current = words;

  useEffect(
    () =>
      onTaskSettled((task) => {
        const { tool, state, note } = latest.current(task);
        say(`${tool}: ${note ? `${state}, ${note}` : state}`);
      }),
    [],
  );
  useEffect(() => {
    const last = new Map<string, { state: string; at: number }>();
    return onTaskMoved((task) => {
      const { tool, state } = latest.current({ ...task, progress: 0 });
      const before = last.get(task.id);
      const soon = before !== undefined && Date.now() - before.at < ANNOUNCE_GAP_MS;
      if (soon || before?.state === state) return;
      last.set(task.id, { state, at: Date.now() });
      say(`${tool}: ${state}`);
    });
  }, []);

  return (
    <div role="log" className="sr-only">
      {said.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}

type Said = { id: number; text: string };

/** A new line each time, so that equal words are heard again. */
function append(said: Said[], text: string): Said[] {
  return [...said, { id: (said.at(-1)?.id ?? 0) + 1, text }].slice(-3);
}
