/** The shape a task's picture takes on the page, known before the picture is. */
import type { StoredFile } from "@/types/api";
import type { Task } from "@/types/task";

/** Width over height; bounded so that a panorama or a scroll cannot break the grid, nor a card be too thin for its words. */
export function boundedAspect(width: number | undefined, height: number | undefined): number {
  if (!width || !height) return 1;
  return Math.min(2, Math.max(0.8, width / height));
}

/** Every tool so far keeps the shape of its input, so the card has its final size from the press on. */
export function taskAspect(task: Pick<Task, "results" | "inputs">): number {
  const picture = task.results[0] ?? task.inputs[0];
  return boundedAspect(picture?.width, picture?.height);
}

/** Something was not delivered and came back. */
export function fellShort(task: Task): boolean {
  return task.status === "completed" && (task.creditsRefunded > 0 || withoutResult(task).length > 0);
}

/** The originals that a finished task made nothing of, as far as the server recorded what came from what. */
export function withoutResult(
  task: Pick<Task, "status" | "inputs" | "inputFiles" | "results">,
): StoredFile[] {
  const made = task.results.map(({ inputFile }) => inputFile);
  if (task.status !== "completed" || made.length === 0) return [];
  // Without a record of one result's original, any of them might be it.
  if (made.length >= task.inputFiles.length || made.some((id) => !id)) return [];
  return task.inputs.filter(({ id }) => !made.includes(id));
}
