import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { delay, HttpResponse, http } from "msw";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { finished, quote, result, storedFile, task } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { server } from "@/testing/server";
import type { Task } from "@/types/task";
import { Stage } from "./Stage";

const inputs = ["a", "b", "c"].map((id) => storedFile({ id, name: `${id}.jpg`, url: `/files/${id}` }));
const made = (from: string) =>
  result({
    fileId: `from_${from}`,
    inputFile: from,
    url: `/files/from_${from}`,
    downloadUrl: `/files/from_${from}?download`,
  });
/** Of three pictures the second could not be made. */
const partly = finished({
  inputs,
  inputFiles: ["a", "b", "c"],
  results: [made("a"), made("c")],
  credits: 3,
  creditsRefunded: 1,
});

function show(shown: Task) {
  const [onUse, onRetried] = [vi.fn(), vi.fn()];
  const stage = (now: Task) => (
    <Stage task={now} toolName="抠图" workName="风格迁移 · 水墨" onRetried={onRetried} onUse={onUse} />
  );
  const view = renderPage(stage(shown));
  return { onUse, onRetried, become: (next: Task) => view.rerender(stage(next)) };
}
const source = (name: string) => screen.getByRole("img", { name }).getAttribute("src");

describe("Stage", () => {
  // Its code is loaded when first shown; on a busy machine that takes longer than a test likes to wait.
  beforeAll(async () => void (await import("@/components/results/ImagePreview")));

  it("compares each result of a partly delivered task with the picture it was made from", async () => {
    show(partly);
    expect(await screen.findByRole("img", { name: "原图 a.jpg" })).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "第 2 张，共 2 张" }));
    expect(source("原图 c.jpg")).toBe("/files/c");
    expect(source("抠图的结果")).toBe("/files/from_c");
  });
  it("downloads and goes on with the chosen result", async () => {
    const { onUse } = show(partly);
    await userEvent.click(screen.getByRole("button", { name: "第 2 张，共 2 张" }));
    expect(screen.getByRole("link", { name: "下载" })).toHaveAttribute("href", "/files/from_c?download");
    await userEvent.click(screen.getByRole("button", { name: "继续编辑" }));
    expect(onUse).toHaveBeenCalledWith("from_c");
  });
  it("says what came back for the pictures that were not delivered, and which they were", () => {
    show(partly);
    expect(screen.getByText("没有做出来：b.jpg")).toBeVisible();
    expect(screen.getByText("已退回 1 积分")).toBeVisible();
  });
  it("says what made the picture", () => {
    show(partly);
    expect(screen.getByText("风格迁移 · 水墨")).toBeVisible();
  });
  it("shows a result plainly when its original is gone", async () => {
    show(finished({ inputs: [], results: [made("a")] }));
    expect(await screen.findByRole("img", { name: "抠图的结果" })).toBeVisible();
    expect(screen.queryByRole("slider")).not.toBeInTheDocument();
  });
  it("makes one task of a double press on retry", async () => {
    const asked = vi.fn();
    server.use(
      http.post("/api/tasks/quote", () => HttpResponse.json(quote({ credits: 4 }))),
      http.post("/api/tasks/:id/retry", async () => {
        asked();
        await delay(20);
        return HttpResponse.json(task({ id: "again", retryOf: "task_1" }), { status: 202 });
      }),
    );
    const { onRetried } = show(task({ status: "failed", stage: "done" }));
    // What it takes stands on it before it can be pressed.
    await userEvent.dblClick(await screen.findByRole("button", { name: "重试 · 4 积分" }));
    await waitFor(() => expect(onRetried).toHaveBeenCalled());
    expect(asked).toHaveBeenCalledTimes(1);
  });
  it("stays with the picture that was looked at when its result arrives", async () => {
    const { become } = show(task({ inputs, status: "processing", stage: "running" }));
    await userEvent.click(screen.getByRole("button", { name: "第 3 张，共 3 张" }));
    expect(screen.getByRole("img", { name: "原图 c.jpg" })).toBeVisible();
    become(partly);
    await waitFor(() => expect(source("抠图的结果")).toBe("/files/from_c"));
  });
});
