/**
 * One connection to `/api/events`, kept alive: reads server-sent events with fetch (EventSource hides the
 * status code and the heartbeats), resumes from the last cursor, and waits longer after each failure.
 */
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { refreshSession } from "@/services/api";
import { RECONNECT_MAX_MS, RECONNECT_MIN_MS, STREAM_SILENCE_MS } from "@/utils/constants";

export type LinkState = "connecting" | "open";
export type StreamMessage = { event: string; data: string; id: string | null };

export type StreamHandlers = {
  onMessage: (message: StreamMessage) => void;
  onState: (state: LinkState) => void;
  /** Cursor to resume from, kept by the caller because another tab may have read further. */
  cursor: () => string | null;
};

/** Runs until `signal` aborts or the session is gone. */
export async function runEventStream(handlers: StreamHandlers, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const outcome = await readOnce(handlers, signal).catch(() => "failed" as const);
    if (signal.aborted) return;
    handlers.onState("connecting");
    if (outcome === "unauthenticated" && !(await refreshSession()) && navigator.onLine) return;
    failures = outcome === "read" ? 0 : failures + 1;
    await pause(reconnectDelay(failures), signal);
  }
}

/** Doubles from half a second to fifteen, with up to a quarter on top so that tabs do not return as one. */
export function reconnectDelay(failures: number, random: () => number = Math.random): number {
  const base = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** Math.min(failures, 10));
  return base * (1 + random() / 4);
}

async function readOnce(
  handlers: StreamHandlers,
  signal: AbortSignal,
): Promise<"read" | "unauthenticated" | "failed"> {
  const silence = new AbortController();
  const headers: Record<string, string> = { Accept: "text/event-stream" };
  const cursor = handlers.cursor();
  if (cursor) headers["Last-Event-ID"] = cursor;
  let timer = setTimeout(() => silence.abort(), STREAM_SILENCE_MS);
  // A line that went with the network says nothing any more; a server on this machine answers all the same.
  addEventListener("offline", () => silence.abort(), { signal: silence.signal });
  try {
    const answer = await fetch("/api/events", { headers, signal: AbortSignal.any([signal, silence.signal]) });
    if (answer.status === 401) return "unauthenticated";
    if (!answer.ok || !answer.body) return "failed";
    handlers.onState("open");
    const parser = createParser({ onEvent: (event) => handlers.onMessage(toMessage(event)) });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return "read";
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), STREAM_SILENCE_MS);
      parser.feed(value);
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

function toMessage(event: EventSourceMessage): StreamMessage {
  return { event: event.event ?? "message", data: event.data, id: event.id ?? null };
}

/** Waits, but not past the moment the machine is back online. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
