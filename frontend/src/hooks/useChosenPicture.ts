/** Which picture of a task is looked at: one of its results, or while there are none one of its originals. */
import { useState } from "react";
import type { StoredFile } from "@/types/api";
import type { Task, TaskResult } from "@/types/task";

export type ChosenPicture = {
  result: TaskResult | null;
  /** What the result was made from, or what is being worked on. */
  original: StoredFile | null;
  /** By id of a result or of an original. */
  choose: (fileId: string) => void;
};

export function useChosenPicture(task: Task): ChosenPicture {
  const [id, choose] = useState<string | null>(null);
  // Whoever looked at an original while it was worked on sees its result next.
  const result = task.results.find(({ fileId, inputFile }) => fileId === id || inputFile === id);
  const shown = result ?? task.results[0] ?? null;
  const original = shown
    ? originalOf(task, shown)
    : (task.inputs.find((input) => input.id === id) ?? task.inputs[0] ?? null);
  return { result: shown, original, choose };
}

/** By the id the server recorded: results of a partly delivered task have other places than their originals. */
function originalOf(task: Task, result: TaskResult): StoredFile | null {
  return task.inputs.find((input) => input.id === result.inputFile) ?? null;
}
