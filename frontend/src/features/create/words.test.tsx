/** Making pictures from words: the box, the models, the settings they take, the price, and what is sent. */
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { delay, HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { clearPresses } from "@/services/presses";
import { rememberPrompt } from "@/services/prompt-history";
import { changeDraft, getDraft, parseDraft, workbenchUploads } from "@/services/workbench";
import { credits, model, quote, task, tool } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { server } from "@/testing/server";
import type { AiModel } from "@/types/api";
import { CreatePage } from "./CreatePage";

const titled = (values: string[]) => values.map((value) => ({ const: value, title: `${value} 题` }));
const parameters = {
  required: ["prompt"],
  properties: {
    prompt: { type: "string", format: "prompt", maxLength: 40, title: "画面描述" },
    negativePrompt: { type: "string", format: "prompt", title: "不要出现的内容", "x-by-model": true },
    aspectRatio: { type: "string", title: "画面比例", default: "1:1", oneOf: titled(["1:1", "3:2", "16:9"]) },
    count: { type: "integer", title: "张数", default: 1, minimum: 1, maximum: 4 },
    quality: {
      type: "string",
      title: "质量",
      default: "mid",
      "x-by-model": true,
      oneOf: titled(["mid", "high"]),
    },
    seed: { type: "integer", title: "随机种子", minimum: 0, maximum: 4294967295, "x-by-model": true },
  },
};
const noKey = { code: "no_key", reason: "还没有密钥", howTo: "设置 QWEN_KEY" };
const MODELS = [
  model({ id: "first", name: "First", price: 4, parameters: ["quality"] }),
  model({
    id: "small",
    name: "Small",
    providerName: "Vendor B",
    price: 9,
    parameters: ["seed", "negativePrompt"],
    choices: { aspectRatio: ["1:1", "3:2"] },
    maxCount: 2,
    promptLanguages: ["en"],
  }),
  model({ id: "away", name: "Away", providerName: "Vendor C", available: false, unavailable: noKey }),
];

let sent: Record<string, unknown>[] = [];
function offer(models: AiModel[] = MODELS) {
  const words = tool({
    taskType: "text_to_image",
    name: "文字生图",
    combinesInputs: true,
    inputs: { min: 0, max: 0 },
    price: 4,
    parameters,
    models,
  });
  server.use(http.get("/api/tools", () => HttpResponse.json({ tools: [words], styles: [] })));
}
const box = () => screen.findByLabelText<HTMLTextAreaElement>("画面描述");
const radio = (name: string | RegExp) => screen.getByRole("radio", { name });
const values = () => getDraft().parameters.text_to_image ?? {};

beforeEach(() => {
  sent = [];
  clearPresses();
  workbenchUploads.clear();
  changeDraft({ taskType: null, style: null, parameters: {}, models: {}, fileIds: [] });
  offer();
  server.use(
    http.get("/api/credits", () => HttpResponse.json(credits({ credits: 100 }))),
    // The page's own price is what these tests look at.
    http.post("/api/tasks/quote", () => delay("infinite")),
    http.post("/api/tasks", async ({ request }) => {
      sent.push((await request.json()) as Record<string, unknown>);
      await delay("infinite");
      return HttpResponse.json(task());
    }),
  );
});

describe("the prompt box", () => {
  it("needs words before one can press, and says so without a complaint", async () => {
    renderPage(<CreatePage />);
    expect(await box()).not.toHaveAttribute("aria-invalid");
    expect(screen.getByText("先写下想要的画面")).toBeVisible();
    await userEvent.type(await box(), "   ");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    expect(sent).toEqual([]);
  });
  it("presses on Ctrl+Enter and breaks the line on Enter", async () => {
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "山{Enter}水");
    expect(await box()).toHaveValue("山\n水");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toEqual({
      taskType: "text_to_image",
      inputFiles: [],
      parameters: { prompt: "山\n水", aspectRatio: "1:1", count: 1 },
    });
  });
  it("counts characters near the limit, and lets nothing longer go", async () => {
    renderPage(<CreatePage />);
    fireEvent.change(await box(), { target: { value: "😀".repeat(20) } });
    expect(screen.queryByText(/还可以写/)).not.toBeInTheDocument();
    fireEvent.change(await box(), { target: { value: "😀".repeat(38) } });
    expect(screen.getByText("还可以写 2 字")).toBeVisible();
    fireEvent.change(await box(), { target: { value: "😀".repeat(41) } });
    expect(screen.getByText("超出 1 字，请缩短")).toBeVisible();
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    expect(sent).toEqual([]);
  });
  it("keeps its draft for the next visit", async () => {
    renderPage(<CreatePage />).unmount();
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "远山");
    expect(parseDraft(JSON.stringify(getDraft())).parameters.text_to_image).toEqual({ prompt: "远山" });
  });
  it("brings earlier prompts back by arrow, and then what was being written", async () => {
    rememberPrompt("text_to_image", "第一");
    rememberPrompt("text_to_image", "第二\n行");
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "新的");
    await userEvent.keyboard("{ArrowUp}");
    expect(await box()).toHaveValue("第二\n行");
    await userEvent.keyboard("{ArrowUp}");
    expect(await box()).toHaveValue("第一");
    await userEvent.keyboard("{ArrowUp}{ArrowDown}");
    expect(await box()).toHaveValue("第二\n行");
    await userEvent.keyboard("{ArrowDown}");
    expect(await box()).toHaveValue("新的");
  });
  it("leaves the arrows alone inside a text of several lines", async () => {
    rememberPrompt("text_to_image", "旧的");
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "一{Enter}二");
    await userEvent.keyboard("{ArrowUp}");
    expect(await box()).toHaveValue("一\n二");
  });
  it("remembers what was pressed with", async () => {
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "青绿山水");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await userEvent.clear(await box());
    await userEvent.keyboard("{ArrowUp}");
    expect(await box()).toHaveValue("青绿山水");
  });
  it("offers three examples while it is empty, each one press away with its shape", async () => {
    renderPage(<CreatePage />);
    const area = (await box()).closest("[data-prompt]") as HTMLElement;
    expect(within(area).getAllByRole("listitem")).toHaveLength(3);
    await userEvent.click(within(area).getByRole("button", { name: "雪夜茶馆" }));
    expect((await box()).value).toMatch(/雪夜里的江南老茶馆/);
    expect(values()).toMatchObject({ aspectRatio: "3:2" });
    expect(within(area).queryByRole("listitem")).not.toBeInTheDocument();
  });
});

describe("models", () => {
  it("begin with the automatic choice and name vendor, price and what is missing", async () => {
    renderPage(<CreatePage />);
    await box();
    const radios = within(screen.getByRole("group", { name: "模型", hidden: true })).getAllByRole("radio", {
      hidden: true,
    });
    expect(radios).toHaveLength(3);
    expect(radios[0]).toBeChecked();
    expect(radios[0]).toHaveAccessibleName("自动");
    expect(radios[0]).toHaveAccessibleDescription(/First.*别家代劳.*退还差价/);
    expect(radios[2]).toHaveAccessibleDescription("Vendor B 9 积分");
    const missing = screen.getByRole("list", { name: "还不能用的模型", hidden: true });
    expect(missing).toHaveTextContent("Vendor C Away还没有密钥请联系管理员启用。");
  });
  it("show only the settings they take and keep what still applies", async () => {
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "a hill");
    await userEvent.click(radio("high 题"));
    await userEvent.click(radio("3:2 题"));
    await userEvent.click(screen.getByRole("button", { name: "增加一张" }));
    await userEvent.click(screen.getByRole("button", { name: "增加一张" }));
    await userEvent.click(screen.getByRole("radio", { name: "Small", hidden: true }));
    expect(screen.queryByRole("radio", { name: "high 题" })).not.toBeInTheDocument();
    expect(screen.queryByRole("radio", { name: "16:9 题" })).not.toBeInTheDocument();
    expect(radio("3:2 题")).toBeChecked();
    expect(screen.getByLabelText("张数")).toHaveValue(2);
    expect(screen.getByText(/Small 用不到或不支持：张数改为 2和质量/)).toBeVisible();
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({
      model: "small",
      parameters: { prompt: "a hill", aspectRatio: "3:2", count: 2 },
    });
    await userEvent.click(screen.getByRole("radio", { name: "First", hidden: true }));
    expect(radio("high 题")).toBeChecked();
    expect(screen.queryByText(/用不到/)).not.toBeInTheDocument();
  });
  it("that are gone leave the choice to the server, and say so", async () => {
    changeDraft({ models: { text_to_image: "away" } });
    renderPage(<CreatePage />);
    expect(await screen.findByText("之前选的 Away 现在不能用，已改为自动。")).toBeVisible();
  });
  it("that read no Chinese say so before the press, with one that does a press away", async () => {
    changeDraft({ models: { text_to_image: "small" } });
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "hill");
    expect(screen.queryByText(/读不懂中文/)).not.toBeInTheDocument();
    await userEvent.type(await box(), "山");
    expect(screen.getByText(/Small 读不懂中文/)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "换成 First（每张 4 积分）" }));
    expect(screen.queryByText(/读不懂中文/)).not.toBeInTheDocument();
    expect(getDraft().models).toEqual({ text_to_image: "first" });
  });
});

describe("price and settings", () => {
  it("follow count and model before anybody answers", async () => {
    renderPage(<CreatePage />);
    expect(await screen.findByText("消耗 4 积分")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "增加一张" }));
    expect(screen.getByText("消耗 8 积分")).toBeVisible();
    await userEvent.click(screen.getByRole("radio", { name: "Small", hidden: true }));
    expect(screen.getByText("消耗 18 积分")).toBeVisible();
  });
  it("keep the server's price while somebody writes on", async () => {
    let asked = 0;
    server.use(
      http.post("/api/tasks/quote", () => {
        asked += 1;
        return asked === 1 ? HttpResponse.json(quote({ credits: 7 })) : delay("infinite");
      }),
    );
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "山");
    expect(await screen.findByText("消耗 7 积分")).toBeVisible();
    await userEvent.type(await box(), "水");
    await waitFor(() => expect(asked).toBe(2));
    expect(screen.getByText("消耗 7 积分")).toBeVisible();
  });
  it("choose a shape by arrow key, as one group", async () => {
    renderPage(<CreatePage />);
    await box();
    const group = screen.getByRole("group", { name: "画面比例" });
    expect(within(group).getAllByRole("radio")).toHaveLength(3);
    within(group).getByRole("radio", { name: "1:1 题" }).focus();
    await userEvent.keyboard("{ArrowRight}");
    expect(values()).toMatchObject({ aspectRatio: "3:2" });
  });
  it("step the count between its ends and take no more", async () => {
    renderPage(<CreatePage />);
    await box();
    const more = screen.getByRole("button", { name: "增加一张" });
    for (let press = 0; press < 5; press += 1) await userEvent.click(more);
    expect(screen.getByLabelText("张数")).toHaveValue(4);
    expect(more).toHaveAttribute("aria-disabled", "true");
    expect(more).toHaveFocus();
  });
  it("throw a seed, and an empty one is random", async () => {
    changeDraft({ models: { text_to_image: "small" } });
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "hill");
    await userEvent.click(screen.getByRole("button", { name: "掷一个种子" }));
    expect(values().seed).toBeGreaterThanOrEqual(0);
    await userEvent.click(screen.getByRole("button", { name: "恢复随机" }));
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]?.parameters).not.toHaveProperty("seed");
  });
  it("fold what to leave out, closed until it says something", async () => {
    changeDraft({ models: { text_to_image: "small" } });
    renderPage(<CreatePage />);
    await box();
    const fold = screen.getByLabelText("不要出现的内容").closest("details");
    expect(fold).not.toHaveAttribute("open");
  });
  it("stand in as many frames of the asked shape as pictures were asked for, from the press on", async () => {
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "山");
    await userEvent.click(radio("16:9 题"));
    for (let press = 0; press < 2; press += 1)
      await userEvent.click(screen.getByRole("button", { name: "增加一张" }));
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    const stage = (await screen.findByText("正在提交")).closest("section") as HTMLElement;
    expect(stage.querySelectorAll("[data-frame]")).toHaveLength(3);
    const shape = stage.querySelector<HTMLElement>('[style*="aspect-ratio"]')?.style.aspectRatio;
    expect(Number.parseFloat(shape ?? "")).toBeCloseTo(16 / 9);
  });
});
