/** Pictures of vendors: frames, the one on its way, who made them, why they failed, and their recipe. */
import { fireEvent, render, screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { showLocale } from "@/locales/i18n";
import { createQueryClient, taskQuery } from "@/services/queries";
import { layOutRecipe } from "@/services/recipe";
import { applyTask } from "@/services/task-cache";
import { getDraft } from "@/services/workbench";
import { finished, model, result, storedFile, task, tool, user } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { server } from "@/testing/server";
import type { Task } from "@/types/task";
import { FAILURES, FailureNote } from "./FailureNote";
import { MadeBy } from "./MadeBy";
import { PartialPicture } from "./PartialPicture";
import { TaskCard } from "./TaskCard";
import { pictureCount, steadyShape, taskAspect, withoutResult } from "./task-shape";

const made = {
  taskType: "text_to_image",
  provider: "b",
  providerName: "Vendor B",
  model: "m2",
  inputs: [],
  inputFiles: [],
};
const tried = {
  provider: "a",
  providerName: "Vendor A",
  model: "m1",
  errorCode: "provider_busy",
  message: "太忙。",
} as const;
const four = { parameters: { aspectRatio: "16:9", count: 4 } };
const frames = (view: { container: HTMLElement }) => view.container.querySelectorAll("[data-frame]").length;
const card = (shown: ReturnType<typeof task>) =>
  renderPage(<TaskCard task={shown} toolName="文字生图" workName="文字生图" />);

beforeEach(() => {
  const models = [model({ id: "m1", name: "Model 1" }), model({ id: "m2", name: "Model 2" })];
  const tools = [tool({ taskType: "text_to_image", models })];
  server.use(http.get("/api/tools", () => HttpResponse.json({ tools, styles: [] })));
});

describe("frames", () => {
  it("are as many as pictures, in the asked shape, before and after they are made", () => {
    const running = task({ ...made, ...four, status: "processing", stage: "running" });
    expect(frames(card(running))).toBe(4);
    const results = ["1", "2", "3", "4"].map((fileId) => result({ fileId, width: 1344, height: 768 }));
    const done = finished({ ...made, ...four, results });
    expect(frames(card(done))).toBe(4);
    expect(taskAspect(done)).toBe(taskAspect(running));
    expect(pictureCount({ ...done, results: results.slice(1) })).toBe(3);
  });
  it("give way to a result of another shape altogether", () => {
    const [asked, square] = [
      { width: 16, height: 9 },
      { width: 1024, height: 1024 },
    ];
    expect(steadyShape(asked, square)).toBe(square);
  });
  it("miss no picture when several went into one result", () => {
    const inputs = [storedFile({ id: "a" }), storedFile({ id: "b" })];
    const one = { inputs, inputFiles: ["a", "b"], results: [result({ inputFile: "a" })] };
    expect(withoutResult(finished({ ...made, ...one, parameters: { count: 1 } }))).toEqual([]);
    expect(withoutResult(finished(one))).toEqual([inputs[1]]);
  });
});

describe("a picture on its way", () => {
  it("stays until the next has arrived", () => {
    const { rerender, container } = render(<PartialPicture url="/p1" className="" />);
    fireEvent.load(container.querySelector("img") as HTMLImageElement);
    expect(screen.getByRole("img", { name: "正在成形的画面" })).toHaveAttribute("src", "/p1");
    rerender(<PartialPicture url="/p2" className="" />);
    expect(screen.getByRole("img", { name: "正在成形的画面" })).toHaveAttribute("src", "/p1");
    fireEvent.load(container.querySelector('[src="/p2"]') as HTMLImageElement);
    expect(screen.getByRole("img", { name: "正在成形的画面" })).toHaveAttribute("src", "/p2");
  });
  it("outlives an event that does not mention it, and ends with the task", () => {
    const cache = createQueryClient();
    const known = () => cache.getQueryData(taskQuery("task_1").queryKey)?.previewUrl;
    applyTask(cache, task({ status: "processing", version: 2, previewUrl: "/p1" }));
    applyTask(cache, task({ status: "processing", version: 3 }));
    expect(known()).toBe("/p1");
    applyTask(cache, finished());
    expect(known()).toBeFalsy();
  });
});

describe("who made it", () => {
  it("is said with vendor and model, and who failed before", async () => {
    renderPage(<MadeBy task={finished(made)} />).unmount();
    const { unmount } = renderPage(<MadeBy task={finished(made)} />);
    expect(await screen.findByText("由 Vendor B Model 2 制作")).toBeVisible();
    unmount();
    renderPage(<MadeBy task={finished({ ...made, triedBefore: [tried] })} />);
    expect(
      await screen.findByText("由 Vendor B Model 2 制作；在它之前，Vendor A Model 1（太忙）没有成功"),
    ).toBeVisible();
  });
  it("is said in English too", async () => {
    await showLocale("en");
    const busy = { ...tried, message: "It was busy." };
    const { rerender } = renderPage(<MadeBy task={finished({ ...made, triedBefore: [busy] })} />);
    const after = "Made by Vendor B Model 2 after Vendor A Model 1 failed (it was busy)";
    expect(await screen.findByText(after)).toBeVisible();
    rerender(<MadeBy task={finished({ ...made, triedBefore: [busy, { ...tried, message: "" }] })} />);
    expect(screen.getByText(`${after} and Vendor A Model 1 failed`)).toBeVisible();
    rerender(<MadeBy task={task({ ...made, status: "failed", triedBefore: [busy] })} />);
    const all = "Vendor A Model 1 failed (it was busy), and so did Vendor B Model 2";
    expect(screen.getByText(all)).toBeVisible();
  });
  it("is not said of the server itself", () => {
    expect(renderPage(<MadeBy task={finished()} />).container).toBeEmptyDOMElement();
  });
});

describe("a cheaper model", () => {
  const cheaper = (more: Partial<Task>) => card(task({ ...made, ...finished(), credits: 30, ...more }));
  it("is why credits came back, and the page says so", async () => {
    await showLocale("en");
    cheaper({ creditsRefunded: 4, priceDifference: 4 });
    expect(screen.getByText("4 credits returned: a cheaper model made it")).toBeVisible();
  });
  it("is told apart from what did not come out", async () => {
    cheaper({ creditsRefunded: 14, priceDifference: 4 });
    expect(screen.getByText("已退回 14 积分，其中 4 积分因由更便宜的模型完成")).toBeVisible();
  });
});

describe("failures", () => {
  const failed = (code: (typeof FAILURES)[number]) =>
    task({ ...made, status: "failed", stage: "done", creditsRefunded: 3, error: { code, message: "raw" } });
  it.each(FAILURES)(
    "%s is put in words beside the credits that came back, in both languages",
    async (code) => {
      const { unmount } = card(failed(code));
      expect(screen.getByText(/Vendor B/)).toBeVisible();
      expect(screen.getByText("已退回 3 积分")).toBeVisible();
      unmount();
      await showLocale("en");
      card(failed(code));
      expect(screen.getByText(/Vendor B/)).toBeVisible();
      expect(screen.getByText("3 credits returned")).toBeVisible();
      expect(screen.queryByText("raw")).not.toBeInTheDocument();
    },
  );
  it("tell the owner what to check", async () => {
    server.use(http.get("/api/me", () => HttpResponse.json({ user: user({ role: "owner" }) })));
    renderPage(<FailureNote task={failed("provider_not_configured")} />);
    expect(await screen.findByText(/请检查它的密钥、余额/)).toBeVisible();
  });
});

it("names the pictures that did not come out beside those that did, with the reason", async () => {
  const missing = { code: "provider_failed" as const, message: "raw" };
  renderPage(
    <FailureNote
      task={finished({
        ...made,
        notDelivered: [2, 3].map((number) => ({ ...missing, number })),
        error: null,
      })}
    />,
  );
  expect(await screen.findByText(/^第 2和3 张没有做出来。Vendor B/)).toBeVisible();
});

it("a recipe brings tool, model, own words, their style and template, and every setting back", () => {
  const parameters = { aspectRatio: "16:9", count: 2, seed: 42, prompt: "山" };
  const promptDetails = {
    template: { id: "landscape", version: 1 },
    slots: { time: "dusk" },
    style: { id: "ink-wash", version: 3 },
    avoidInWords: true,
    originalPrompt: "一座山",
    negativePrompt: null,
    language: "zh",
  } as const;
  layOutRecipe(
    finished({
      ...made,
      modelNamed: true,
      prompt: "山。一幅水墨画",
      promptDetails,
      parameters,
      style: "ink-wash",
    }),
  );
  const draft = getDraft();
  expect(draft.taskType).toBe("text_to_image");
  expect(draft.models.text_to_image).toBe("m2");
  expect(draft.parameters.text_to_image).toEqual(parameters);
  expect(draft.wording.text_to_image).toEqual({
    template: "landscape",
    slots: { landscape: { time: "dusk" } },
    style: "ink-wash",
    avoidInWords: true,
    original: "一座山",
  });
  // The style of words is no style of the embedded painter.
  expect(draft.style).toBeNull();
});
