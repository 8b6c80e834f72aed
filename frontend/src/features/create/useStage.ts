/**
 * What stands on the stage: the newest press of this visit and the task it becomes, the pictures just
 * added, or after a reload a task that is still running.
 */
import { useEffect, useState } from "react";
import { type Press, taskOfPress } from "@/services/presses";
import { isFinal } from "@/services/tasks";
import type { Task } from "@/types/task";

type Choice =
  | { kind: "auto" }
  | { kind: "inputs" }
  | { kind: "press"; key: string }
  | { kind: "task"; id: string };

export type OnStage = { press: Press | null; task: Task | null };

export function useStage(recent: Task[], presses: Press[]) {
  const [choice, setChoice] = useState<Choice>({ kind: "auto" });
  const running = choice.kind === "auto" ? recent.find((task) => !isFinal(task)) : undefined;

  // A task found running keeps the stage when it is done: its picture is what one waits for.
  useEffect(() => {
    if (running) setChoice({ kind: "task", id: running.id });
  }, [running]);

  const onStage: OnStage = {
    press: choice.kind === "press" ? (presses.find((press) => press.key === choice.key) ?? null) : null,
    task: running ?? findTask(choice, recent),
  };
  return { onStage, put: setChoice };
}

/** A press is followed into its task here, in the same render in which it is gone: no gap between the two. */
function findTask(choice: Choice, recent: Task[]): Task | null {
  const id = choice.kind === "task" ? choice.id : choice.kind === "press" ? taskOfPress(choice.key) : null;
  return recent.find((task) => task.id === id) ?? null;
}
