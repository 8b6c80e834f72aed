import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { getDraft, openWorkbench } from "@/services/workbench";
import { credential, credits, keyTest, model, provider, tool, user } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { server } from "@/testing/server";
import { FirstKeyPage } from "./FirstKeyPage";

const LIST = "/api/admin/providers";

beforeEach(() => {
  openWorkbench(`user_${Math.random()}`);
  server.use(
    http.get("/api/me", () => HttpResponse.json({ user: user({ role: "owner" }) })),
    http.get("/api/credits", () => HttpResponse.json(credits({ credits: 10 }))),
    http.get(LIST, () =>
      HttpResponse.json({
        items: [
          provider({ id: "dashscope", name: "阿里云百炼", market: "china" }),
          provider({ id: "openai", name: "OpenAI" }),
        ],
      }),
    ),
  );
});

/** A catalogue in which the new key opens two models, of which the owner can pay the second. */
function opened() {
  const models = [
    model({ id: "dear", provider: "openai", price: 20 }),
    model({ id: "fair", provider: "openai", price: 5 }),
  ];
  server.use(
    http.get("/api/tools", () =>
      HttpResponse.json({ tools: [tool({ taskType: "text_to_image", models })], styles: [] }),
    ),
  );
}

describe("FirstKeyPage", () => {
  it("keeps the key of the chosen vendor and lays out a first picture that can be paid", async () => {
    opened();
    const kept: unknown[] = [];
    server.use(
      http.post(`${LIST}/openai/test`, () => HttpResponse.json(keyTest())),
      http.post(`${LIST}/openai/credentials`, async ({ request }) => {
        kept.push(await request.json());
        return HttpResponse.json(credential(), { status: 201 });
      }),
    );
    const { visited } = renderPage(<FirstKeyPage />, "/first-key");
    const vendor = await screen.findByLabelText("厂商");
    expect(vendor).toHaveValue("dashscope");
    await userEvent.selectOptions(vendor, "OpenAI");
    await userEvent.type(screen.getByLabelText("密钥"), "sk-good");
    await userEvent.click(screen.getByRole("button", { name: "测试并继续" }));
    await waitFor(() => expect(visited.at(-1)).toBe("/"));
    expect(kept).toEqual([{ apiKey: "sk-good" }]);
    const draft = getDraft();
    expect([draft.taskType, draft.models.text_to_image]).toEqual(["text_to_image", "fair"]);
    expect(String(draft.parameters.text_to_image?.prompt).length).toBeGreaterThan(5);
  });

  it("stays when the key does not work, and may be skipped", async () => {
    server.use(
      http.post(`${LIST}/dashscope/test`, () =>
        HttpResponse.json(keyTest({ ok: false, outcome: "no_connection", message: "无法连接" })),
      ),
    );
    const { visited } = renderPage(<FirstKeyPage />, "/first-key");
    await userEvent.type(await screen.findByLabelText("密钥"), "sk-any");
    await userEvent.click(screen.getByRole("button", { name: "测试并继续" }));
    expect(await screen.findByText("无法连接")).toBeVisible();
    expect(visited.at(-1)).toBe("/first-key");
    await userEvent.click(screen.getByRole("link", { name: "暂时跳过" }));
    expect(visited.at(-1)).toBe("/");
  });
});
