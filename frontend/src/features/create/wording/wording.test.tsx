/** Styles, templates and slots of words, the final prompt on demand, and the help of a text model. */
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { delay, HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { clearPresses } from "@/services/presses";
import {
  changeDraft,
  getDraft,
  setModel,
  setParameters,
  setWording,
  workbenchUploads,
} from "@/services/workbench";
import { credits, model, promptStyle, task, template, tool } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { problem, server } from "@/testing/server";
import { CreatePage } from "../CreatePage";

const parameters = {
  required: ["prompt"],
  properties: { prompt: { type: "string", format: "prompt", maxLength: 400, title: "画面描述" } },
};
const words = tool({
  taskType: "text_to_image",
  name: "文字生图",
  combinesInputs: true,
  inputs: { min: 0, max: 0 },
  price: 4,
  parameters,
  models: [
    model({ id: "first", name: "First" }),
    model({ id: "small", name: "Small", promptLanguages: ["en"] }),
  ],
});
let sent: Record<string, unknown>[] = [];
function offer(promptModel: boolean) {
  const catalogue = {
    tools: [words],
    styles: [],
    promptStyles: [promptStyle("ink", "水墨"), promptStyle("oil", "油画")],
    templates: [template(), template({ id: "edit", name: "换背景", taskTypes: ["image_edit"] })],
    promptModel,
  };
  server.use(http.get("/api/tools", () => HttpResponse.json(catalogue)));
}
const box = () => screen.findByLabelText<HTMLTextAreaElement>("画面描述");
const press = () => userEvent.keyboard("{Control>}{Enter}{/Control}");

beforeEach(() => {
  sent = [];
  clearPresses();
  workbenchUploads.clear();
  changeDraft({ taskType: null, style: null, parameters: {}, models: {}, wording: {}, fileIds: [] });
  offer(true);
  server.use(
    http.get("/api/credits", () => HttpResponse.json(credits({ credits: 100 }))),
    http.post("/api/tasks/quote", () => delay("infinite")),
    http.post("/api/tasks", async ({ request }) => {
      sent.push((await request.json()) as Record<string, unknown>);
      await delay("infinite");
      return HttpResponse.json(task());
    }),
  );
});

describe("style and template", () => {
  it("go with the words, and what the template needs comes before the press", async () => {
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "远山");
    await userEvent.click(await screen.findByRole("radio", { name: "水墨", hidden: true }));
    const picker = screen.getByRole("combobox", { name: "模板", hidden: true });
    expect(within(picker).queryByRole("option", { name: "换背景", hidden: true })).not.toBeInTheDocument();
    await userEvent.selectOptions(picker, "海报");
    expect(screen.getByText("填好模板中必填的一项")).toBeVisible();
    await press();
    expect(sent).toEqual([]);
    await userEvent.type(screen.getByLabelText("标题文字"), "春山");
    await userEvent.click(screen.getByRole("radio", { name: "清雅" }));
    await press();
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({
      style: "ink",
      template: "poster",
      slots: { headline: "春山", mood: "calm" },
    });
    expect(sent[0]).not.toHaveProperty("avoidInWords");
    expect(sent[0]).not.toHaveProperty("originalPrompt");
  });
  it("that are gone from the catalogue are not sent", async () => {
    changeDraft({
      wording: {
        text_to_image: { template: "gone", slots: {}, style: "gone", avoidInWords: true, original: null },
      },
    });
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "远山");
    await press();
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(Object.keys(sent[0] ?? {}).sort()).toEqual(["inputFiles", "parameters", "taskType"]);
  });
});

describe("the final prompt", () => {
  it("is asked for only when somebody wants to see it, and says what is not told", async () => {
    const asked: Record<string, unknown>[] = [];
    const dropped = { code: "negative_prompt_dropped", message: "不会告诉它：照片", alternatives: [] };
    server.use(
      http.post("/api/prompts/preview", async ({ request }) => {
        const body = (await request.json()) as Record<string, unknown>;
        asked.push(body);
        return HttpResponse.json({
          prompt: "远山。一幅水墨画。",
          negativePrompt: null,
          model: "first",
          template: null,
          style: { id: "ink", version: 1 },
          language: "zh",
          length: 9,
          maxLength: 800,
          warnings: body.avoidInWords ? [] : [dropped],
        });
      }),
    );
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "远山");
    await userEvent.click(await screen.findByRole("radio", { name: "水墨", hidden: true }));
    expect(asked).toEqual([]);
    await userEvent.click(screen.getByText("查看最终提示词"));
    expect(await screen.findByText("远山。一幅水墨画。")).toBeVisible();
    expect(screen.getByText("First 将收到这 9 字（上限 800）")).toBeVisible();
    expect(screen.getByText("不会告诉它：照片")).toBeVisible();
    await userEvent.click(screen.getByRole("switch", { name: "把不要出现的内容写进提示词" }));
    await waitFor(() => expect(asked.at(-1)).toMatchObject({ style: "ink", avoidInWords: true }));
    await waitFor(() => expect(screen.queryByText("不会告诉它：照片")).not.toBeInTheDocument());
  });
});

describe("a text model", () => {
  it("that is not there is not offered", async () => {
    offer(false);
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "远山");
    expect(screen.queryByRole("button", { name: "润色" })).not.toBeInTheDocument();
  });
  it("proposes words that can be changed, taken and undone; the task keeps those of before", async () => {
    server.use(
      http.post("/api/prompts/improve", async ({ request }) => {
        const { prompt, taskType } = (await request.json()) as Record<string, string>;
        return HttpResponse.json({ prompt: `${prompt}，${taskType}，薄雾` });
      }),
    );
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "远山");
    await userEvent.click(screen.getByRole("button", { name: "润色" }));
    const proposal = await screen.findByRole("textbox", { name: "润色建议" });
    expect(proposal).toHaveValue("远山，text_to_image，薄雾");
    await waitFor(() => expect(proposal).toHaveFocus());
    expect(await box()).toHaveValue("远山");
    await userEvent.type(proposal, "里");
    await userEvent.click(screen.getByRole("button", { name: "采用" }));
    expect(await box()).toHaveValue("远山，text_to_image，薄雾里");
    expect(screen.getByText("原文：远山")).toBeVisible();
    await press();
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toMatchObject({
      originalPrompt: "远山",
      parameters: { prompt: "远山，text_to_image，薄雾里" },
    });
    await userEvent.click(screen.getByRole("button", { name: "恢复原文" }));
    expect(await box()).toHaveValue("远山");
    expect(getDraft().wording.text_to_image?.original).toBeNull();
  });
  it("is forgotten when the words it gave are replaced, and not when they are edited", async () => {
    setParameters("text_to_image", { prompt: "雾中的远山，淡墨" });
    setWording("text_to_image", { original: "远山" });
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "，留白");
    expect(screen.getByText("原文：远山")).toBeVisible();
    fireEvent.change(await box(), { target: { value: "一只猫" } });
    expect(screen.queryByText("原文：远山")).not.toBeInTheDocument();
  });
  it("that fails says so, and the words stay as they are", async () => {
    let asked = 0;
    server.use(
      http.post("/api/prompts/translate", async ({ request }) => {
        asked += 1;
        expect(await request.json()).toEqual({ prompt: "远山", to: "en" });
        return asked === 1 ? problem(502, "prompt_model_failed") : HttpResponse.json({ prompt: "Far hills" });
      }),
    );
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "远山");
    await userEvent.click(screen.getByRole("button", { name: "译成英文" }));
    expect(await screen.findByText("detail of prompt_model_failed")).toBeVisible();
    expect(await box()).toHaveValue("远山");
    await userEvent.click(screen.getByRole("button", { name: "重试" }));
    expect(await screen.findByRole("textbox", { name: "译文" })).toHaveValue("Far hills");
    await userEvent.keyboard("{Escape}");
    expect(screen.queryByRole("textbox", { name: "译文" })).not.toBeInTheDocument();
    expect(await box()).toHaveValue("远山");
  });
  it("can be told to stop, and what comes later is not shown", async () => {
    server.use(http.post("/api/prompts/improve", () => delay("infinite")));
    renderPage(<CreatePage />);
    await userEvent.type(await box(), "远山");
    await userEvent.click(screen.getByRole("button", { name: "润色" }));
    await userEvent.click(await screen.findByRole("button", { name: "取消" }));
    expect(screen.queryByText("润色建议")).not.toBeInTheDocument();
  });
  it("offers a translation where the model at hand does not read the words", async () => {
    setModel("text_to_image", "small");
    setParameters("text_to_image", { prompt: "远山" });
    server.use(http.post("/api/prompts/translate", () => HttpResponse.json({ prompt: "Far hills" })));
    renderPage(<CreatePage />);
    const note = (await screen.findByText(/Small 读不懂中文/)).closest("[role=status]") as HTMLElement;
    await userEvent.click(within(note).getByRole("button", { name: "译成英文" }));
    await screen.findByRole("textbox", { name: "译文" });
    await userEvent.click(screen.getByRole("button", { name: "采用" }));
    expect(screen.queryByText(/读不懂中文/)).not.toBeInTheDocument();
  });
});
