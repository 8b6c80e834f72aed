import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { describe, expect, it, vi } from "vitest";
import { Toaster } from "@/app/Toaster";
import { recentTasksQuery } from "@/services/queries";
import { finished, page, quote, result, storedFile, task } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { problem, server } from "@/testing/server";
import type { Task, TaskStage } from "@/types/task";
import { TaskCard } from "./TaskCard";

const show = (shown: Task) => renderPage(<TaskCard task={shown} toolName="抠图" workName="抠图" />);

describe("TaskCard", () => {
  it("says the place in the queue, and when one is next", () => {
    show(task({ id: "q1", queuePosition: 3 })).unmount();
    show(task({ id: "q2", queuePosition: 3 }));
    expect(screen.getByText("排队中，前面还有 2 个")).toBeVisible();
  });
  it("shows the real percentage and nothing invented", () => {
    const { unmount } = show(task({ status: "processing", stage: "running", progress: 0.999 }));
    expect(screen.getByText("正在处理 99%")).toBeVisible();
    expect(screen.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "99");
    unmount();
    show(task({ status: "processing", stage: "starting" }));
    expect(screen.getByRole("progressbar")).not.toHaveAttribute("aria-valuenow");
  });
  it("says that a failure was paid back", () => {
    show(
      task({
        status: "failed",
        stage: "done",
        creditsRefunded: 2,
        error: { code: "engine_failed", message: "内存不足" },
      }),
    );
    expect(screen.getByText("失败")).toBeVisible();
    expect(screen.getByText("已退回 2 积分")).toBeVisible();
    expect(screen.getByText("内存不足")).toBeVisible();
  });
  it("leaves “done” to the picture, and names what did not come out of several", () => {
    const { unmount } = show(finished({ results: [result()] }));
    expect(screen.queryByText("完成")).not.toBeInTheDocument();
    unmount();
    const inputs = [storedFile(), storedFile({ id: "file_2", name: "one.png" })];
    const partly = { inputs, inputFiles: ["file_1", "file_2"], results: [result()], creditsRefunded: 1 };
    show(finished(partly));
    expect(screen.getByText("没有做出来：one.png")).toBeVisible();
    expect(screen.getByText("已退回 1 积分")).toBeVisible();
  });
  it("can be cancelled in every state that is not final", () => {
    const stages: TaskStage[] = ["queued", "starting", "running", "saving", "retrying"];
    for (const stage of stages) {
      const { unmount } = show(task({ status: stage === "queued" ? "pending" : "processing", stage }));
      expect(screen.getByRole("button", { name: "取消" })).toBeEnabled();
      unmount();
    }
  });
  it("says how long a vendor that has the request is waited for after a cancel", () => {
    const soon = new Date(Date.now() + 14_500).toISOString();
    const stopping = { status: "processing", stage: "cancelling", estimatedCompletionAt: soon } as const;
    const { unmount } = show(task({ ...stopping, provider: "openai", providerName: "OpenAI" }));
    expect(screen.getByText(/OpenAI 已收到请求：最多等 .*积分全部退回/)).toBeVisible();
    unmount();
    show(task({ ...stopping, provider: "embedded" }));
    expect(screen.getByText("正在取消")).toBeVisible();
    expect(screen.queryByText(/最多等/)).not.toBeInTheDocument();
  });
  it("takes the shape of its input before there is a result", () => {
    const { container } = show(task());
    expect(container.querySelector<HTMLElement>('[style*="aspect-ratio"]')?.style.aspectRatio).toBe(
      "1.5 / 1",
    );
  });
  it("retries with a key of its own for each press", async () => {
    const keys: (string | null)[] = [];
    server.use(http.post("/api/tasks/quote", () => HttpResponse.json(quote({ credits: 4 }))));
    server.use(
      http.post("/api/tasks/:id/retry", ({ request }) => {
        keys.push(request.headers.get("Idempotency-Key"));
        return HttpResponse.json(task({ id: `again_${keys.length}`, retryOf: "task_1" }), { status: 202 });
      }),
    );
    show(task({ status: "failed", stage: "done" }));
    for (const presses of [1, 2]) {
      // The first press shows what it takes.
      await userEvent.click(screen.getByRole("button", { name: "重试" }));
      expect(keys).toHaveLength(presses - 1);
      await userEvent.click(await screen.findByRole("button", { name: "重试 · 4 积分" }));
      await waitFor(() => expect(keys).toHaveLength(presses));
    }
    expect(keys[0]).not.toBe(keys[1]);
  });
});

describe("deleting", () => {
  const deleted = finished({ id: "to_delete" });
  const setUp = () => {
    const view = renderPage(
      <>
        <TaskCard task={deleted} toolName="抠图" workName="抠图" />
        <Toaster />
      </>,
    );
    view.cache.setQueryData(recentTasksQuery.queryKey, page([deleted]));
    return () => view.cache.getQueryData(recentTasksQuery.queryKey)?.items.length;
  };
  it("takes the card away at once and offers to undo it", async () => {
    const restored = vi.fn();
    server.use(
      http.delete("/api/tasks/:id", () =>
        HttpResponse.json({ id: deleted.id, undoUntil: new Date(Date.now() + 10_000).toISOString() }),
      ),
      http.post("/api/tasks/:id/restore", () => {
        restored();
        return HttpResponse.json(deleted);
      }),
    );
    const shown = setUp();
    await userEvent.click(screen.getByRole("button", { name: "删除" }));
    expect(shown()).toBe(0);
    await userEvent.click(await screen.findByRole("button", { name: "撤销" }));
    await waitFor(() => expect(restored).toHaveBeenCalled());
  });
  it("that the server refuses says why", async () => {
    server.use(http.delete("/api/tasks/:id", () => problem(409, "task_not_finished")));
    setUp();
    await userEvent.click(screen.getByRole("button", { name: "删除" }));
    expect(await screen.findByText("title of task_not_finished")).toBeVisible();
  });
});
