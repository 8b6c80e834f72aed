/**
 * From a press to a picture: shows a card at once, sends the task, and hands it to the cache that the
 * stream keeps up to date. A press is never blocked by tasks already running.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import {
  dismissPress,
  getPresses,
  type Press,
  type PressLook,
  press,
  pressAgain,
  subscribePresses,
} from "@/services/presses";
import { creditsQuery } from "@/services/queries";
import { applyTask } from "@/services/task-cache";
import type { NewTask, Task } from "@/types/task";

export function useImageProcessor() {
  const cache = useQueryClient();
  const presses = useSyncExternalStore(subscribePresses, getPresses);

  const settle = useCallback(
    async (sending: Promise<Task | null>, isThis: (press: Press) => boolean) => {
      const task = await sending;
      if (!task) return;
      applyTask(cache, task);
      const sent = getPresses().find(isThis);
      if (sent) dismissPress(sent.key);
      void cache.invalidateQueries({ queryKey: creditsQuery.queryKey });
    },
    [cache],
  );

  const process = useCallback(
    (body: NewTask, look: PressLook) => settle(press(body, look), (item) => item.body === body),
    [settle],
  );
  const again = useCallback((key: string) => settle(pressAgain(key), (item) => item.key === key), [settle]);
  return { presses, process, again, dismiss: dismissPress };
}
