import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { reconnectDelay, runEventStream, type StreamMessage } from "./event-stream";

/** A server whose connections the test holds in its hand. */
function streamServer(status: (attempt: number) => number = () => 200) {
  const connections: { cursor: string | null; write: (text: string) => void; end: () => void }[] = [];
  vi.stubGlobal("fetch", async (address: string, init: RequestInit = {}) => {
    if (address !== "/api/events") return new Response(null, { status: 401 });
    const code = status(connections.length + 1);
    let control!: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start(opened) {
        control = opened;
      },
    });
    init.signal?.addEventListener("abort", () => control.error(new DOMException("", "AbortError")));
    connections.push({
      cursor: new Headers(init.headers).get("Last-Event-ID"),
      write: (text) => control.enqueue(new TextEncoder().encode(text)),
      end: () => control.close(),
    });
    return new Response(code === 200 ? body : null, { status: code });
  });
  return connections;
}

function follow() {
  const messages: StreamMessage[] = [];
  const states: string[] = [];
  const stop = new AbortController();
  let cursor: string | null = null;
  const ended = runEventStream(
    {
      cursor: () => cursor,
      onState: (state) => states.push(state),
      onMessage: (message) => {
        cursor = message.id ?? cursor;
        messages.push(message);
      },
    },
    stop.signal,
  );
  return { messages, states, stop, ended };
}
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe("runEventStream", () => {
  let stop: AbortController | undefined;
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => stop?.abort());

  it("reads events that arrive in pieces and ignores heartbeats", async () => {
    const connections = streamServer();
    const stream = follow();
    stop = stream.stop;
    await pass(0);
    connections[0]?.write(": heartbeat\n\nid: 7\nevent: ta");
    connections[0]?.write('sk\ndata: {"id":"task_1"}\n\n');
    await pass(0);
    expect(stream.messages).toEqual([{ id: "7", event: "task", data: '{"id":"task_1"}' }]);
    expect(stream.states).toEqual(["open"]);
  });

  it("does not wait for silence when the machine loses its network", async () => {
    const connections = streamServer();
    const stream = follow();
    stop = stream.stop;
    await pass(0);
    dispatchEvent(new Event("offline"));
    await pass(1500);
    expect(stream.states).toEqual(["open", "connecting", "open"]);
    expect(connections).toHaveLength(2);
  });

  it("comes back after a cut, from the last cursor", async () => {
    const connections = streamServer();
    const stream = follow();
    stop = stream.stop;
    await pass(0);
    connections[0]?.write("id: 42\nevent: ready\ndata: {}\n\n");
    await pass(0);
    connections[0]?.end();
    await pass(1000);
    expect(connections).toHaveLength(2);
    expect(connections[1]?.cursor).toBe("42");
    expect(stream.states).toEqual(["open", "connecting", "open"]);
  });

  it("takes a silent connection for dead, but not one that beats", async () => {
    const connections = streamServer();
    stop = follow().stop;
    for (let beat = 0; beat < 8; beat += 1) {
      await pass(15_000);
      connections[0]?.write(": heartbeat\n\n");
    }
    await pass(0);
    expect(connections).toHaveLength(1);
    await pass(42_000);
    expect(connections).toHaveLength(2);
  });

  it("keeps trying while the server is down, and at once when the network returns", async () => {
    const connections = streamServer(() => 503);
    stop = follow().stop;
    await pass(10 * 60_000);
    const tries = connections.length;
    expect(tries).toBeGreaterThan(30);
    window.dispatchEvent(new Event("online"));
    await pass(0);
    expect(connections).toHaveLength(tries + 1);
  });

  it("ends when the session is gone for good", async () => {
    streamServer(() => 401);
    const stream = follow();
    await pass(0);
    await expect(stream.ended).resolves.toBeUndefined();
  });
});

it("waits twice as long after each failure, up to 15 seconds and a quarter", () => {
  expect([0, 1, 2, 20].map((failures) => reconnectDelay(failures, () => 0))).toEqual([
    500, 1000, 2000, 15_000,
  ]);
  expect(reconnectDelay(20, () => 1)).toBe(18_750);
});
