/** The shape a task's picture takes on the page, known before the picture is. */
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
