/**
 * Live events with one stream per browser. The tab that holds the lock reads the stream and passes
 * everything on over a BroadcastChannel; when it closes, the lock and the cursor go to another tab.
 * Where Web Locks are missing (plain-http addresses) every visible tab reads for itself.
 */
import { type LinkState, runEventStream, type StreamMessage } from "@/services/event-stream";
import type { Credits } from "@/types/api";
import type { Task } from "@/types/task";

export type LiveHandlers = {
  onTask: (task: Task) => void;
  onTaskDeleted: (id: string) => void;
  onCredits: (credits: Credits) => void;
  /** Everything the server had to say on (re)connecting has been said. */
  onReady: () => void;
  onState: (state: LinkState) => void;
};

type ChannelMessage =
  | { kind: "event"; message: StreamMessage }
  | { kind: "state"; state: LinkState; cursor: string | null }
  | { kind: "hello" };

/** Starts following events of one user; returns the function that stops. */
export function followEvents(userId: string, handlers: LiveHandlers): () => void {
  const stop = new AbortController();
  const name = `danqing-events-${userId}`;
  const channel = new BroadcastChannel(name);
  let cursor: string | null = null;
  let state: LinkState = "connecting";
  let leading = false;

  const deliver = (message: StreamMessage) => {
    if (message.id) cursor = message.id;
    dispatch(message, handlers);
  };
  const setState = (next: LinkState) => {
    state = next;
    handlers.onState(next);
  };
  channel.onmessage = ({ data }: MessageEvent<ChannelMessage>) => {
    if (data.kind === "hello") {
      if (leading) channel.postMessage({ kind: "state", state, cursor } satisfies ChannelMessage);
    } else if (!leading && data.kind === "event") deliver(data.message);
    else if (!leading && data.kind === "state") {
      cursor = data.cursor ?? cursor;
      setState(data.state);
    }
  };
  const lead = async (signal: AbortSignal) => {
    leading = true;
    const tell = (message: ChannelMessage) => {
      if (!stop.signal.aborted) channel.postMessage(message);
    };
    await runEventStream(
      {
        cursor: () => cursor,
        onMessage: (message) => {
          deliver(message);
          tell({ kind: "event", message });
        },
        onState: (next) => {
          setState(next);
          tell({ kind: "state", state: next, cursor });
        },
      },
      signal,
    );
    leading = false;
  };

  if (navigator.locks) {
    navigator.locks.request(name, { signal: stop.signal }, () => lead(stop.signal)).catch(ignoreAbort);
    channel.postMessage({ kind: "hello" } satisfies ChannelMessage);
  } else {
    leadWhileVisible(lead, stop.signal);
  }
  return () => {
    stop.abort();
    channel.close();
  };
}

function leadWhileVisible(lead: (signal: AbortSignal) => Promise<void>, stop: AbortSignal) {
  let current: AbortController | null = null;
  const update = () => {
    if (document.visibilityState === "hidden") {
      current?.abort();
      current = null;
    } else if (!current) {
      current = new AbortController();
      void lead(AbortSignal.any([stop, current.signal]));
    }
  };
  update();
  document.addEventListener("visibilitychange", update, { signal: stop });
}

function dispatch(message: StreamMessage, handlers: LiveHandlers) {
  const data: unknown = parse(message.data);
  switch (message.event) {
    case "task":
      if (data) handlers.onTask(data as Task);
      break;
    case "task_deleted":
      if (data) handlers.onTaskDeleted((data as { id: string }).id);
      break;
    case "credits":
      if (data) handlers.onCredits(data as Credits);
      break;
    case "ready":
      handlers.onReady();
      break;
  }
}

/** A line cut off in the middle is dropped: the next connect sends the whole state again. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Leaving before the lock was granted rejects the request; that is how leaving works. */
function ignoreAbort(reason: unknown) {
  if (!(reason instanceof DOMException && reason.name === "AbortError")) throw reason;
}
