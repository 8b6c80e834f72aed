/** Feeds the stream into the cache for as long as somebody is in, and tells when the stream is away. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { LinkState } from "@/services/event-stream";
import { followEvents } from "@/services/events";
import { applyCredits, applyDeletion, applyTask, unfinishedTasks } from "@/services/task-cache";
import { getTaskStatus } from "@/services/tasks";
import { LINK_GRACE_MS } from "@/utils/constants";

export function useLiveTasks(userId: string): { degraded: boolean } {
  const cache = useQueryClient();
  const [link, setLink] = useState<LinkState>("connecting");
  const [degraded, setDegraded] = useState(false);

  useEffect(() => {
    let heard = new Set<string>();
    return followEvents(userId, {
      onTask: (task) => {
        heard.add(task.id);
        applyTask(cache, task);
      },
      onTaskDeleted: (id) => applyDeletion(cache, id),
      onCredits: (credits) => applyCredits(cache, credits),
      onReady: () => {
        void reconcile(cache, heard);
        heard = new Set();
      },
      onState: setLink,
    });
  }, [cache, userId]);

  useEffect(() => {
    if (link === "open") return setDegraded(false);
    const timer = setTimeout(() => setDegraded(true), LINK_GRACE_MS);
    return () => clearTimeout(timer);
  }, [link]);

  return { degraded };
}

/**
 * After (re)connecting: a task shown as running that the server did not mention has ended meanwhile, in
 * a gap that no cursor covered (another tab led, the machine slept). It is asked for once.
 */
async function reconcile(cache: QueryClient, heard: Set<string>) {
  const unsure = unfinishedTasks(cache).filter((task) => !heard.has(task.id));
  if (unsure.length === 0) return;
  try {
    for (const task of await getTaskStatus(unsure.map((item) => item.id))) applyTask(cache, task);
  } catch {
    // The line broke again; the next `ready` or the poll asks anew.
  }
}
