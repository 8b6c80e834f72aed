/**
 * From a press to a picture: shows a card at once, sends the task, and hands it to the cache that the
 * stream keeps up to date. A press is never blocked by tasks already running.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import {
  dismissPress,
  getPresses,
  type PressLook,
  press,
  pressAgain,
  type Sending,
  subscribePresses,
} from "@/services/presses";
import { creditsQuery } from "@/services/queries";
import { applyTask } from "@/services/task-cache";
import type { NewTask } from "@/types/task";

export function useImageProcessor() {
  const cache = useQueryClient();
  const presses = useSyncExternalStore(subscribePresses, getPresses);

  const settle = useCallback(
    (sending: Sending): string => {
      void sending.task.then((created) => {
        if (!created) return;
        // Both in one go, so that the card changes hands without a gap.
        applyTask(cache, created);
        dismissPress(sending.key);
        void cache.invalidateQueries({ queryKey: creditsQuery.queryKey });
      });
      return sending.key;
    },
    [cache],
  );

  /** Both give the press's key. */
  const process = useCallback((body: NewTask, look: PressLook) => settle(press(body, look)), [settle]);
  const again = useCallback((key: string) => settle(pressAgain(key)), [settle]);
  return { presses, process, again, dismiss: dismissPress };
}
