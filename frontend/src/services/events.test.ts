import { BroadcastChannel } from "node:worker_threads";
import { waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { task } from "@/testing/fixtures";
import { followEvents, type LiveHandlers } from "./events";

/** Locks as browsers grant them: one holder per name, the others wait in line. */
class Locks {
  private readonly tails = new Map<string, Promise<unknown>>();
  request(name: string, { signal }: { signal: AbortSignal }, run: () => Promise<void>): Promise<void> {
    const turn = (this.tails.get(name) ?? Promise.resolve()).then(() => (signal.aborted ? undefined : run()));
    this.tails.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  }
}

const stops: (() => void)[] = [];
function openTab() {
  const handlers = {
    onTask: vi.fn(),
    onTaskDeleted: vi.fn(),
    onCredits: vi.fn(),
    onReady: vi.fn(),
    onState: vi.fn(),
  } satisfies LiveHandlers;
  const close = followEvents("user_1", handlers);
  stops.push(close);
  return { ...handlers, close };
}

describe("followEvents", () => {
  let streams: { cursor: string | null; send: (event: string, data: unknown, id?: string) => void }[];
  beforeEach(() => {
    streams = [];
    vi.stubGlobal("BroadcastChannel", BroadcastChannel);
    vi.stubGlobal("navigator", { onLine: true, locks: new Locks() });
    vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
      const body = new ReadableStream<Uint8Array>({
        start(control) {
          init.signal?.addEventListener("abort", () => control.error(new DOMException("", "AbortError")));
          const send = (event: string, data: unknown, id = "") =>
            control.enqueue(
              new TextEncoder().encode(
                `${id && `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
              ),
            );
          streams.push({ cursor: new Headers(init.headers).get("Last-Event-ID"), send });
        },
      });
      return new Response(body);
    });
  });
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  it("opens one stream for all tabs and tells each of them", async () => {
    const first = openTab();
    await waitFor(() => expect(streams).toHaveLength(1));
    const second = openTab();
    await waitFor(() => expect(second.onState).toHaveBeenLastCalledWith("open"));
    streams[0]?.send("task", task());
    await waitFor(() => expect(second.onTask).toHaveBeenCalledWith(task()));
    expect(first.onTask).toHaveBeenCalledTimes(1);
    expect(streams).toHaveLength(1);
  });

  it("hands the stream and its cursor to another tab when the first one closes", async () => {
    const first = openTab();
    await waitFor(() => expect(streams).toHaveLength(1));
    const second = openTab();
    streams[0]?.send("ready", {}, "99");
    await waitFor(() => expect(second.onReady).toHaveBeenCalled());
    first.close();
    await waitFor(() => expect(streams).toHaveLength(2));
    expect(streams[1]?.cursor).toBe("99");
    streams[1]?.send("task_deleted", { id: "task_1" });
    await waitFor(() => expect(second.onTaskDeleted).toHaveBeenCalledWith("task_1"));
  });

  it("passes over a line it cannot read", async () => {
    const tab = openTab();
    await waitFor(() => expect(streams).toHaveLength(1));
    streams[0]?.send("task", undefined);
    streams[0]?.send("credits", { credits: 4 });
    await waitFor(() => expect(tab.onCredits).toHaveBeenCalledWith({ credits: 4 }));
    expect(tab.onTask).not.toHaveBeenCalled();
  });

  it("reads for itself where the browser has no locks", async () => {
    vi.stubGlobal("navigator", { onLine: true });
    openTab();
    await waitFor(() => expect(streams).toHaveLength(1));
  });
});
