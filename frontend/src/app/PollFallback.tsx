/** While the stream is away: asks after unfinished tasks every two seconds. Mounted only then, draws nothing. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTaskPolling } from "@/hooks/useTaskPolling";
import { creditsQuery } from "@/services/queries";
import { applyTask, unfinishedTasks } from "@/services/task-cache";

export function PollFallback() {
  const cache = useQueryClient();
  const [tasks, setTasks] = useState(() => unfinishedTasks(cache));
  useEffect(
    () =>
      cache.getQueryCache().subscribe(() => {
        const next = unfinishedTasks(cache);
        setTasks((shown) => (sameIds(shown, next) ? shown : next));
      }),
    [cache],
  );
  useTaskPolling({
    tasks,
    onUpdate: (found) => {
      for (const task of found) applyTask(cache, task);
    },
    onComplete: () => void cache.invalidateQueries({ queryKey: creditsQuery.queryKey }),
  });
  return null;
}

function sameIds(a: { id: string }[], b: { id: string }[]): boolean {
  return a.length === b.length && a.every((task, index) => task.id === b[index]?.id);
}
