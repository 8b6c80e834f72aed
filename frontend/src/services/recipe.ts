/** Brings the recipe of a task back to the workbench: tool, model, style, words and every setting. */
import { changeDraft, setModel, setParameters } from "@/services/workbench";
import type { Task } from "@/types/task";
import { EMBEDDED } from "@/utils/constants";

export function layOutRecipe(task: Task): void {
  const { taskType, style, prompt, parameters } = task;
  changeDraft({ taskType, ...(style && { style }) });
  setParameters(taskType, { ...(prompt && { prompt }), ...parameters });
  // What is embedded has one model for each tool; naming it would say nothing.
  setModel(taskType, task.provider === EMBEDDED ? null : task.model);
}
