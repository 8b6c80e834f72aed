import { act, screen } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { applyTask } from "@/services/task-cache";
import { finished, task } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import type { Task } from "@/types/task";
import { LiveRegion } from "./LiveRegion";

describe("LiveRegion", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));

  function setUp() {
    const { cache } = renderPage(<LiveRegion />);
    const lines = () => [...screen.getByRole("log").children].map((line) => line.textContent);
    return { lines, hear: (next: Task) => act(() => applyTask(cache, next)) };
  }
  const running = (id: string, change: Partial<Task> = {}) =>
    task({ id, status: "processing", stage: "running", ...change });

  it("tells each end once, equal ones too, with what came back", () => {
    const { lines, hear } = setUp();
    for (const id of ["live_1", "live_2"]) {
      hear(running(id));
      hear(finished({ id }));
      hear(finished({ id, version: 10 }));
    }
    hear(running("live_3"));
    hear(finished({ id: "live_3", status: "failed", creditsRefunded: 2 }));
    expect(lines()).toEqual([
      "remove_background: 完成",
      "remove_background: 完成",
      "remove_background: 失败, 已退回 2 积分",
    ]);
  });

  it("tells a stage on the way, and for one task at most every five seconds", () => {
    const { lines, hear } = setUp();
    hear(task({ id: "live_4" }));
    hear(running("live_4", { progress: 0.2 }));
    hear(running("live_4", { progress: 0.3 }));
    hear(running("live_4", { stage: "saving" }));
    expect(lines()).toEqual(["remove_background: 正在处理"]);
    vi.setSystemTime(Date.now() + 5000);
    hear(running("live_4", { stage: "retrying", retryCount: 1 }));
    expect(lines().at(-1)).toBe("remove_background: 遇到问题，正在重试（第 1 次）");
  });
});
