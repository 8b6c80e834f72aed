import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { delay, HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { clearPresses, getPresses } from "@/services/presses";
import { changeDraft, workbenchUploads } from "@/services/workbench";
import { page, picture, quote, storedFile, task, tool, user } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { problem, server } from "@/testing/server";
import { CreatePage } from "./CreatePage";

const scaleTool = tool({
  taskType: "upscale",
  name: "放大",
  parameters: {
    properties: {
      scale: {
        type: "integer",
        title: "倍数",
        default: 2,
        oneOf: [
          { const: 2, title: "2×" },
          { const: 4, title: "4×" },
        ],
      },
    },
  },
});
const locked = tool({
  taskType: "text_to_image",
  name: "文字生图",
  available: false,
  price: null,
  unavailable: { code: "no_provider", reason: "没有配置模型服务", howTo: "填写 OPENAI_API_KEY" },
});

const created: { key: string | null; body: unknown }[] = [];
function createRoute(answer: (attempt: number) => Response | Promise<Response>) {
  server.use(
    http.post("/api/tasks", async ({ request }) => {
      created.push({ key: request.headers.get("Idempotency-Key"), body: await request.json() });
      return answer(created.length);
    }),
  );
}
const addPhoto = async () =>
  userEvent.upload(await screen.findByLabelText(/拖入照片/), picture("cat.jpg", "jpeg"));
/** Every upload becomes another file, for tests of several pictures. */
function giveNewFiles() {
  let count = 0;
  server.use(
    http.post("/api/uploads", () => {
      count += 1;
      return HttpResponse.json({ files: [storedFile({ id: `file_${count}` })] }, { status: 201 });
    }),
    http.get("/api/tools", () =>
      HttpResponse.json({ tools: [tool({ inputs: { min: 1, max: 5 } })], styles: [] }),
    ),
  );
}
const addAnother = async () =>
  userEvent.upload(screen.getByLabelText("继续添加"), picture("dog.jpg", "jpeg"));
const press = () => userEvent.click(screen.getByRole("button", { name: "开始生成" }));

describe("CreatePage", () => {
  beforeEach(() => {
    created.length = 0;
    clearPresses();
    workbenchUploads.clear();
    changeDraft({ taskType: null, style: null, parameters: {}, fileIds: [] });
    server.use(
      http.get("/api/tools", () => HttpResponse.json({ tools: [tool(), scaleTool, locked], styles: [] })),
      http.post("/api/uploads", () => HttpResponse.json({ files: [storedFile()] }, { status: 201 })),
      http.post("/api/tasks/quote", () => HttpResponse.json(quote({ credits: 3 }))),
    );
  });

  it("says the price before the press, and why one cannot press yet", async () => {
    renderPage(<CreatePage />);
    expect(await screen.findByText("每张 1 积分")).toBeVisible();
    expect(screen.getByText("先添加一张照片")).toBeVisible();
    await addPhoto();
    expect(await screen.findByText("消耗 3 积分")).toBeVisible();
  });

  it("shows a card at once, long before the server answers, in the picture's shape", async () => {
    createRoute(async () => {
      await delay("infinite");
      return HttpResponse.json(task());
    });
    renderPage(<CreatePage />);
    await addPhoto();
    await screen.findByText("消耗 3 积分");
    await press();
    const card = screen.getByText("正在提交").closest("section") as HTMLElement;
    expect(card.querySelector<HTMLElement>('[style*="aspect-ratio"]')?.style.aspectRatio).toBe("1.5 / 1");
  });

  it("sends the tool, the pictures and the visible settings, with a new key for each press", async () => {
    createRoute((attempt) =>
      HttpResponse.json(task({ id: `c${attempt}`, taskType: "upscale" }), { status: 202 }),
    );
    renderPage(<CreatePage />);
    await addPhoto();
    await userEvent.click(screen.getByRole("radio", { name: "放大" }));
    await userEvent.click(screen.getByRole("radio", { name: "4×" }));
    await screen.findByText("消耗 3 积分");
    await press();
    await screen.findByText("排队中");
    await press();
    await waitFor(() => expect(created).toHaveLength(2));
    expect(created[0]?.body).toEqual({
      taskType: "upscale",
      inputFiles: ["file_1"],
      parameters: { scale: 4 },
    });
    expect(created[0]?.key).not.toBe(created[1]?.key);
  });

  it("sends a press whose answer was lost again under the same key", async () => {
    createRoute((attempt) =>
      attempt === 1 ? HttpResponse.error() : HttpResponse.json(task({ id: "same" }), { status: 202 }),
    );
    renderPage(<CreatePage />);
    await addPhoto();
    await screen.findByText("消耗 3 积分");
    await press();
    expect(await screen.findByText("排队中", undefined, { timeout: 4000 })).toBeVisible();
    expect(created).toHaveLength(2);
    expect(created[0]?.key).toBe(created[1]?.key);
  });

  it("keeps a refused press as a card that says nothing was charged and can be sent again", async () => {
    createRoute(() => problem(409, "conflict"));
    renderPage(<CreatePage />);
    await addPhoto();
    await screen.findByText("消耗 3 积分");
    await press();
    const alert = (await screen.findByText("title of conflict")).closest('[role="alert"]') as HTMLElement;
    expect(alert).toHaveTextContent("没有扣除积分");
    await userEvent.click(within(alert).getByRole("button", { name: "重试" }));
    await waitFor(() => expect(created).toHaveLength(2));
    expect(created[0]?.key).toBe(created[1]?.key);
  });

  it("does not press when the balance is too low, and says by how much", async () => {
    server.use(
      http.post("/api/tasks/quote", () =>
        HttpResponse.json(quote({ credits: 3, balance: 1, sufficient: false })),
      ),
    );
    createRoute(() => HttpResponse.json(task()));
    renderPage(<CreatePage />);
    await addPhoto();
    expect(await screen.findByText("余额 1 积分，还差 2 积分")).toBeVisible();
    await press();
    expect(created).toEqual([]);
  });

  it("says the price of every picture added at once, without waiting for the server's answer", async () => {
    server.use(http.post("/api/tasks/quote", () => delay("infinite")));
    giveNewFiles();
    renderPage(<CreatePage />);
    await addPhoto();
    expect(await screen.findByText("消耗 1 积分")).toBeVisible();
    await addAnother();
    expect(await screen.findByText("消耗 2 积分")).toBeVisible();
  });

  it("never shows the server's price for what was laid out before", async () => {
    const asked: number[] = [];
    server.use(
      http.post("/api/tasks/quote", async ({ request }) => {
        const { inputFiles = [] } = (await request.json()) as { inputFiles?: string[] };
        asked.push(inputFiles.length);
        if (inputFiles.length === 2) await delay("infinite");
        return HttpResponse.json(quote({ credits: 7 }));
      }),
    );
    giveNewFiles();
    renderPage(<CreatePage />);
    await addPhoto();
    expect(await screen.findByText("消耗 7 积分")).toBeVisible();
    await addAnother();
    expect(await screen.findByText("消耗 2 积分")).toBeVisible();
    await waitFor(() => expect(asked).toEqual([1, 2]));
    expect(screen.queryByText("消耗 7 积分")).not.toBeInTheDocument();
  });

  it("says the server's reason before the press when it would refuse, and does not press", async () => {
    server.use(http.post("/api/tasks/quote", () => problem(422, "output_too_large")));
    createRoute(() => HttpResponse.json(task()));
    renderPage(<CreatePage />);
    await addPhoto();
    expect(await screen.findByText("detail of output_too_large")).toBeVisible();
    await press();
    expect(created).toEqual([]);
  });

  it("leaves no gap on the stage between a press and the task it becomes", async () => {
    let accept = () => {};
    const accepted = new Promise<void>((resolve) => {
      accept = resolve;
    });
    createRoute(async () => {
      await accepted;
      return HttpResponse.json(task({ id: "no_gap" }), { status: 202 });
    });
    renderPage(<CreatePage />);
    await addPhoto();
    await screen.findByText("消耗 3 积分");
    await press();
    const onStage = () => screen.queryByText("正在提交") ?? screen.queryByRole("link", { name: "详情" });
    const seen: boolean[] = [];
    const watcher = new MutationObserver(() => seen.push(onStage() !== null));
    watcher.observe(document.body, { subtree: true, childList: true });
    accept();
    await screen.findByRole("link", { name: "详情" });
    watcher.disconnect();
    expect(seen).not.toContain(false);
  });

  it("makes one task of a double press", async () => {
    const unanswered = () => delay("infinite").then(() => HttpResponse.json(task()));
    createRoute((attempt) =>
      attempt === 1 ? HttpResponse.json(task({ id: "once" }), { status: 202 }) : unanswered(),
    );
    renderPage(<CreatePage />);
    await addPhoto();
    await screen.findByText("消耗 3 积分");
    await userEvent.dblClick(screen.getByRole("button", { name: "开始生成" }));
    await screen.findByText("排队中");
    expect(created).toHaveLength(1);
    // By key there is no double click to tell: the same again while the first is on its way is one press.
    await userEvent.keyboard("{Control>}{Enter}{Enter}{/Control}");
    expect(getPresses()).toHaveLength(1);
  });

  it("waits for an upload that is under way, then presses by itself", async () => {
    let finish = () => {};
    const uploaded = new Promise<void>((resolve) => {
      finish = resolve;
    });
    server.use(
      http.post("/api/uploads", async () => {
        await uploaded;
        return HttpResponse.json({ files: [storedFile()] }, { status: 201 });
      }),
    );
    createRoute(() => HttpResponse.json(task({ id: "armed" }), { status: 202 }));
    renderPage(<CreatePage />);
    await addPhoto();
    await press();
    expect(screen.getByRole("button", { name: /上传完就开始/ })).toBeVisible();
    finish();
    await waitFor(() => expect(created).toHaveLength(1));
  });

  it("presses on Ctrl+Enter, but not while an input method composes", async () => {
    createRoute(() => HttpResponse.json(task({ id: "keys" }), { status: 202 }));
    renderPage(<CreatePage />);
    await addPhoto();
    await screen.findByText("消耗 3 积分");
    const composing = new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, isComposing: true });
    document.dispatchEvent(composing);
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(created).toHaveLength(1));
  });

  it("keeps the place of a draft's photos while they are on their way", async () => {
    changeDraft({ taskType: "remove_background", fileIds: ["file_1", "file_2"] });
    server.use(
      http.get("/api/files/:id", async ({ params }) => {
        await delay(50);
        return HttpResponse.json(storedFile({ id: String(params.id) }));
      }),
    );
    renderPage(<CreatePage />);
    expect((await screen.findByTestId("expected")).children).toHaveLength(2);
    expect(screen.getByText("继续添加")).toBeTruthy();
    expect(await screen.findAllByRole("button", { name: /移除/ })).toHaveLength(2);
    expect(screen.queryByTestId("expected")).toBeNull();
  });
  it("brings tool, settings and pictures back after a reload", async () => {
    changeDraft({
      taskType: "upscale",
      parameters: { upscale: { scale: 4 } },
      fileIds: ["file_1", "file_gone"],
    });
    server.use(
      http.get("/api/files/:id", ({ params }) =>
        params.id === "file_1"
          ? HttpResponse.json(storedFile({ name: "back.jpg" }))
          : problem(404, "not_found"),
      ),
    );
    renderPage(<CreatePage />);
    expect(await screen.findByText("back.jpg")).toBeVisible();
    expect(screen.getByRole("radio", { name: "放大" })).toBeChecked();
    expect(screen.getByRole("radio", { name: "4×" })).toBeChecked();
  });

  it("puts a task that is still running on the stage after a reload", async () => {
    const running = task({ id: "running", status: "processing", stage: "running", progress: 0.4 });
    server.use(http.get("/api/tasks", () => HttpResponse.json(page([running]))));
    renderPage(<CreatePage />);
    expect(await screen.findByText("正在处理 40%")).toBeVisible();
    expect(screen.getByRole("button", { name: "取消" })).toBeVisible();
  });

  it("keeps the file input through a change of tool, with the picker that may be open on it", async () => {
    renderPage(<CreatePage />);
    const input = await screen.findByLabelText(/拖入照片/);
    await userEvent.click(screen.getByRole("radio", { name: "放大" }));
    expect(screen.getByLabelText(/拖入照片/)).toBe(input);
  });

  it("says why a tool is not enabled; which variable to set is for the owner's eyes alone", async () => {
    renderPage(<CreatePage />);
    await userEvent.click(await screen.findByText("还没启用的工具 (1)"));
    expect(screen.getByText("没有配置模型服务")).toBeVisible();
    expect(screen.getByText("请联系管理员启用。")).toBeVisible();
    expect(screen.queryByText(/OPENAI_API_KEY/)).not.toBeInTheDocument();
    cleanup();
    server.use(http.get("/api/me", () => HttpResponse.json({ user: user({ role: "owner" }) })));
    renderPage(<CreatePage />);
    await userEvent.click(await screen.findByText("还没启用的工具 (1)"));
    expect(await screen.findByText(/填写 OPENAI_API_KEY/)).toBeVisible();
  });

  it("teaches with sample photos that are added like any upload", async () => {
    const uploaded = vi.fn();
    server.use(
      http.get("/samples/chelsea.webp", () => HttpResponse.arrayBuffer(new ArrayBuffer(8))),
      http.post("/api/uploads", () => {
        uploaded();
        return HttpResponse.json({ files: [storedFile({ name: "chelsea.webp" })] }, { status: 201 });
      }),
    );
    renderPage(<CreatePage />);
    await userEvent.click(await screen.findByRole("button", { name: "猫" }));
    expect(await screen.findByText("chelsea.webp")).toBeVisible();
    expect(uploaded).toHaveBeenCalledTimes(1);
  });
});
