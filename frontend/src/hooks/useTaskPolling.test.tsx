import { act, renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { finished, task } from "@/testing/fixtures";
import type { Task } from "@/types/task";
import { useTaskPolling } from "./useTaskPolling";

/** Answers the status route; the asked ids of every request are kept. */
function statusRoute(answer: (ids: string[], attempt: number) => Task[] | Error) {
  const asked: string[][] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const ids = new URL(request.url).searchParams.get("ids")?.split(",") ?? [];
    asked.push(ids);
    const items = answer(ids, asked.length);
    if (items instanceof Error) throw items;
    return Response.json({ items });
  });
  return asked;
}
/** In steps, because React shows what happened only at the end of each act. */
async function wait(milliseconds: number) {
  for (let left = milliseconds; left > 0; left -= 1000) {
    await act(() => vi.advanceTimersByTimeAsync(Math.min(left, 1000)));
  }
}

describe("useTaskPolling", () => {
  beforeEach(() => void vi.useFakeTimers());

  it("asks for all unfinished tasks in one request every two seconds", async () => {
    const asked = statusRoute((ids) => ids.map((id) => task({ id })));
    const tasks = [task({ id: "a" }), finished({ id: "b" }), task({ id: "c" })];
    renderHook(() => useTaskPolling({ tasks }));
    await wait(1999);
    expect(asked).toEqual([]);
    await wait(1);
    await wait(2000);
    expect(asked).toEqual([
      ["a", "c"],
      ["a", "c"],
    ]);
  });

  it("skips what has finished and stops when all are final", async () => {
    const asked = statusRoute((ids, attempt) =>
      ids.map((id) => (id === "a" || attempt > 1 ? finished({ id }) : task({ id }))),
    );
    const onComplete = vi.fn();
    const tasks = [task({ id: "a" }), task({ id: "b" })];
    const { result } = renderHook(() => useTaskPolling({ tasks, onComplete }));
    expect(result.current.isPolling).toBe(true);
    await wait(20_000);
    expect(asked).toEqual([["a", "b"], ["b"]]);
    expect(onComplete).toHaveBeenCalledTimes(2);
    expect(result.current).toMatchObject({ isPolling: false, allCompleted: true });
  });

  it("goes on after 5 minutes and through errors, and says it is polling", async () => {
    const asked = statusRoute((ids, attempt) =>
      attempt % 2 ? new TypeError("network") : ids.map((id) => task({ id })),
    );
    const onError = vi.fn();
    const tasks = [task()];
    const { result } = renderHook(() => useTaskPolling({ tasks, onError }));
    await wait(10 * 60_000);
    const before = asked.length;
    expect(before).toBeGreaterThan(150);
    await wait(60_000);
    expect(asked.length).toBeGreaterThan(before);
    expect(onError).toHaveBeenCalled();
    expect(result.current.isPolling).toBe(true);
  });

  it("cannot be postponed by a parent that renders all the time with new callbacks", async () => {
    const asked = statusRoute((ids) => ids.map((id) => task({ id })));
    const { rerender } = renderHook(() => useTaskPolling({ tasks: [task()], onUpdate: () => undefined }));
    for (let tick = 0; tick < 50; tick += 1) {
      await wait(100);
      rerender();
    }
    expect(asked).toHaveLength(2);
  });

  it("is not complete while there is nothing to follow, and follows tasks that join later", async () => {
    const asked = statusRoute((ids) => ids.map((id) => task({ id })));
    const { result, rerender } = renderHook(({ tasks }) => useTaskPolling({ tasks }), {
      initialProps: { tasks: [] as Task[] },
    });
    expect(result.current).toMatchObject({ allCompleted: false, isPolling: false });
    rerender({ tasks: [task({ id: "late" })] });
    await wait(2000);
    expect(asked).toEqual([["late"]]);
  });

  it("stops and starts on request", async () => {
    const asked = statusRoute((ids) => ids.map((id) => task({ id })));
    const tasks = [task()];
    const { result } = renderHook(() => useTaskPolling({ tasks }));
    act(() => result.current.stopPolling());
    await wait(10_000);
    expect(asked).toEqual([]);
    expect(result.current.isPolling).toBe(false);
    act(() => result.current.startPolling());
    await wait(2000);
    expect(asked).toHaveLength(1);
  });

  it("no longer asks for a task the server does not know", async () => {
    const asked = statusRoute(() => []);
    const tasks = [task({ id: "gone" })];
    const { result } = renderHook(() => useTaskPolling({ tasks }));
    await wait(10_000);
    expect(asked).toEqual([["gone"]]);
    expect(result.current).toMatchObject({ isPolling: false, allCompleted: false });
  });
});
