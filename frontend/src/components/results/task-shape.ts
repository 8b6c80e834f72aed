/** The shape a task's pictures take on the page, and how many there will be, known before the pictures are. */
import type { StoredFile } from "@/types/api";
import type { Task } from "@/types/task";

export type Shape = { width: number; height: number };

/** Width over height; bounded so that a panorama or a scroll cannot break the grid, nor a card be too thin for its words. */
export function boundedAspect(width: number | undefined, height: number | undefined): number {
  if (!width || !height) return 1;
  return Math.min(2, Math.max(0.8, width / height));
}

/** The shape that was asked for, or that of the first picture worked on; null when neither is known. */
export function askedShape(parameters: Record<string, unknown>, inputs: Shape[]): Shape | null {
  const [width, height] = String(parameters.aspectRatio ?? "")
    .split(":")
    .map(Number);
  return width && height ? { width, height } : (inputs[0] ?? null);
}

/** Vendors round a shape to what they can make; within this share of it a frame stays as it was. */
const ROUNDING = 0.06;

/** The frame of a result: as it stood while it was made, unless the result is of another shape altogether. */
export function steadyShape(asked: Shape | null, made: Shape): Shape {
  if (!asked) return made;
  const [before, after] = [asked.width / asked.height, made.width / made.height];
  return Math.abs(before / after - 1) < ROUNDING ? asked : made;
}

export function taskAspect(task: Pick<Task, "results" | "inputs" | "parameters">): number {
  const asked = askedShape(task.parameters, task.inputs);
  const [made] = task.results;
  const shape = made ? steadyShape(asked, made) : asked;
  return boundedAspect(shape?.width, shape?.height);
}

/** Whether a number was asked for, instead of one result for each picture worked on. */
export const isCounted = (task: Pick<Task, "parameters">): boolean =>
  typeof task.parameters.count === "number";

/** Pictures that a task makes, or has made once it is over. */
export function pictureCount(task: Pick<Task, "parameters" | "inputs" | "results" | "status">): number {
  if (task.status === "completed") return task.results.length;
  const asked = isCounted(task) ? Number(task.parameters.count) : task.inputs.length;
  return Math.max(1, asked, task.results.length);
}

/** What somebody wrote for it, which says best what is seen; null for tools that know no words. */
export function wordsOf({ parameters }: Pick<Task, "parameters">): string | null {
  return typeof parameters.prompt === "string" ? parameters.prompt : null;
}

/** Something came back: what was not delivered, or the difference to a cheaper model. */
export function fellShort(task: Task): boolean {
  return task.status === "completed" && (task.creditsRefunded > 0 || withoutResult(task).length > 0);
}

/**
 * The originals that a finished task made nothing of, as far as the server recorded what came from what. Where a
 * number was asked for, all pictures went into each result.
 */
export function withoutResult(
  task: Pick<Task, "status" | "inputs" | "inputFiles" | "results" | "parameters">,
): StoredFile[] {
  if (isCounted(task)) return [];
  const made = task.results.map(({ inputFile }) => inputFile);
  if (task.status !== "completed" || made.length === 0) return [];
  // Without a record of one result's original, any of them might be it.
  if (made.length >= task.inputFiles.length || made.some((id) => !id)) return [];
  return task.inputs.filter(({ id }) => !made.includes(id));
}
