/**
 * Asks after a list of tasks in one request every two seconds: finished ones are skipped, it stops when
 * all are final, and it never gives up silently. The stream does this better; polling stands in for it.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { toApiError } from "@/services/errors";
import { getTaskStatus, isFinal, newerTask } from "@/services/tasks";
import type { Task } from "@/types/task";
import { POLL_INTERVAL_MAX_MS, POLL_INTERVAL_MS, STATUS_BATCH } from "@/utils/constants";

export type TaskPollingOptions = {
  /** Tasks to follow; new ones may join at any time. */
  tasks: Task[];
  enabled?: boolean;
  interval?: number;
  /** Each answer with what it brought. */
  onUpdate?: (tasks: Task[]) => void;
  /** Once per task that became final. */
  onComplete?: (task: Task) => void;
  /** A poll failed; the next one comes all the same. */
  onError?: (error: Error) => void;
};

export function useTaskPolling({
  tasks: given,
  enabled = true,
  interval = POLL_INTERVAL_MS,
  ...events
}: TaskPollingOptions) {
  const [answers, setAnswers] = useState<ReadonlyMap<string, Task>>(new Map());
  const [attempts, setAttempts] = useState(0);
  const [stopped, setStopped] = useState(false);
  /** Ids that the server no longer knows: deleted elsewhere. */
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());

  const tasks = useMemo(() => given.map((task) => newerTask(answers.get(task.id), task)), [given, answers]);
  const waiting = tasks.filter((task) => !isFinal(task) && !gone.has(task.id));
  const allCompleted = tasks.length > 0 && tasks.every(isFinal);
  const isPolling = enabled && !stopped && waiting.length > 0;

  // The loop reads the latest tasks and callbacks from here, so that a parent which re-renders often,
  // with new functions each time, can never postpone the next poll.
  const latest = useRef({ waiting, events });
  latest.current = { waiting, events };

  const setTasks = useCallback((changed: Task[]) => {
    setAnswers((known) => new Map([...known, ...changed.map((task) => [task.id, task] as const)]));
  }, []);

  useEffect(() => {
    if (!isPolling) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    let failures = 0;
    const poll = async () => {
      const { waiting: asked, events: listeners } = latest.current;
      try {
        const ids = asked.slice(0, STATUS_BATCH).map((task) => task.id);
        const found = await getTaskStatus(ids, abort.signal);
        if (abort.signal.aborted) return;
        failures = 0;
        setTasks(found);
        const unknown = ids.filter((id) => !found.some((task) => task.id === id));
        if (unknown.length > 0) setGone((known) => new Set([...known, ...unknown]));
        listeners.onUpdate?.(found);
        for (const task of found) if (isFinal(task)) listeners.onComplete?.(task);
      } catch (reason) {
        if (abort.signal.aborted) return;
        failures += 1;
        listeners.onError?.(toApiError(reason));
      }
      setAttempts((count) => count + 1);
      timer = setTimeout(poll, Math.min(interval * 2 ** failures, POLL_INTERVAL_MAX_MS));
    };
    timer = setTimeout(poll, interval);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [isPolling, interval, setTasks]);

  const startPolling = useCallback(() => setStopped(false), []);
  const stopPolling = useCallback(() => setStopped(true), []);
  return { tasks, setTasks, isPolling, attempts, startPolling, stopPolling, allCompleted };
}
