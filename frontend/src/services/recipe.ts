/** Brings the recipe of a task back to the workbench: tool, model, style, own words and every setting. */
import { changeDraft, PLAIN_WORDING, setModel, setParameters, setWording } from "@/services/workbench";
import type { Task } from "@/types/task";

export function layOutRecipe(task: Task): void {
  const { taskType, style, parameters, promptDetails } = task;
  changeDraft({ taskType, ...(style && !promptDetails && { style }) });
  // The final prompt is made of these anew; laid out as own words it would get its style twice.
  setParameters(taskType, parameters);
  if (promptDetails) {
    const { template, slots, avoidInWords, originalPrompt } = promptDetails;
    setWording(taskType, {
      ...PLAIN_WORDING,
      template: template?.id ?? null,
      slots: template ? { [template.id]: slots } : {},
      style: promptDetails.style?.id ?? null,
      avoidInWords,
      original: originalPrompt ?? null,
    });
  }
  // What is embedded has one model for each tool; naming it would say nothing.
  setModel(taskType, task.modelNamed ? task.model : null);
}
