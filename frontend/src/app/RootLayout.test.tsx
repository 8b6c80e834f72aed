import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { app, provider, user } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { problem, server } from "@/testing/server";
import { silenceStream } from "@/testing/stream";
import { RootLayout } from "./RootLayout";

const nobody = () => [
  http.get("/api/me", () => problem(401, "unauthenticated")),
  http.post("/api/auth/refresh", () => problem(401, "unauthenticated")),
];

describe("RootLayout", () => {
  beforeEach(silenceStream);

  it("tells on every page where the set-up link is, before there is an owner", async () => {
    for (const path of ["/", "/history", "/credits", "/tasks/task_1", "/login"]) {
      server.use(
        http.get("/api/app", () => HttpResponse.json(app({ setupRequired: true }))),
        ...nobody(),
      );
      const { unmount } = renderPage(<RootLayout />, path);
      expect(await screen.findByText("danqing setup-link")).toBeVisible();
      expect(screen.getByText(/标准输出/)).toBeVisible();
      expect(screen.getByText("丹青")).toBeVisible();
      expect(screen.getByRole("combobox", { name: "语言" })).toBeVisible();
      unmount();
    }
  });

  it("says how to see the set-up link again to who comes without its token", async () => {
    server.use(
      http.get("/api/app", () => HttpResponse.json(app({ setupRequired: true }))),
      ...nobody(),
    );
    renderPage(<RootLayout />, "/setup");
    expect(await screen.findByText("danqing setup-link")).toBeVisible();
  });

  it("leads who is in already from the set-up link to the studio", async () => {
    const { visited } = renderPage(<RootLayout />, "/setup?token=12345");
    expect(await screen.findByRole("heading", { name: "创作" })).toBeInTheDocument();
    expect(visited?.at(-1)).toBe("/");
  });

  it("takes the owner in through the printed link", async () => {
    let sent: unknown;
    server.use(
      http.get("/api/app", () => HttpResponse.json(app({ setupRequired: true }))),
      ...nobody(),
      http.post("/api/auth/setup", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ user: user({ role: "owner" }) }, { status: 201 });
      }),
      http.get("/api/admin/providers", () => HttpResponse.json({ items: [provider()] })),
    );
    renderPage(<RootLayout />, "/setup?token=12345");
    await userEvent.type(await screen.findByLabelText("邮箱"), "li@example.com");
    await userEvent.type(screen.getByLabelText("密码"), "longenough");
    await userEvent.click(screen.getByRole("button", { name: "完成设置" }));
    expect(await screen.findByRole("heading", { name: "粘贴一个密钥" })).toBeInTheDocument();
    await userEvent.click(screen.getByRole("link", { name: "暂时跳过" }));
    expect(await screen.findByRole("heading", { name: "创作" })).toBeInTheDocument();
    expect(sent).toEqual({ token: "12345", email: "li@example.com", password: "longenough" });
  });

  it("leads an unknown visitor to the log-in page and back to where they were headed", async () => {
    server.use(
      ...nobody(),
      http.post("/api/auth/login", () => HttpResponse.json({ user: user() })),
    );
    const { visited } = renderPage(<RootLayout />, "/credits?type=refund");
    await userEvent.type(await screen.findByLabelText("邮箱"), "li@example.com");
    await userEvent.type(screen.getByLabelText("密码"), "x");
    server.use(
      http.get("/api/credits/transactions", () =>
        HttpResponse.json({ items: [], total: 0, limit: 20, offset: 0 }),
      ),
    );
    await userEvent.click(screen.getByRole("button", { name: "登录" }));
    await waitFor(() => expect(visited?.at(-1)).toBe("/credits?type=refund"));
  });

  it("shows a wrong password in the server's words and keeps what was typed", async () => {
    server.use(
      ...nobody(),
      http.post("/api/auth/login", () => problem(401, "invalid_credentials")),
    );
    renderPage(<RootLayout />, "/login");
    await userEvent.type(await screen.findByLabelText("邮箱"), "li@example.com");
    await userEvent.type(screen.getByLabelText("密码"), "wrong");
    await userEvent.click(screen.getByRole("button", { name: "登录" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("detail of invalid_credentials");
    expect(screen.getByLabelText("邮箱")).toHaveValue("li@example.com");
  });

  it("refuses a short password before asking the server", async () => {
    server.use(...nobody());
    renderPage(<RootLayout />, "/register");
    await userEvent.type(await screen.findByLabelText("邮箱"), "li@example.com");
    await userEvent.type(screen.getByLabelText("密码"), "short");
    await userEvent.click(screen.getByRole("button", { name: "创建账号" }));
    expect(screen.getByLabelText("密码")).toHaveAccessibleDescription("密码需要 8 到 128 个字符");
  });

  it("says how to get in where registration is by invitation or closed", async () => {
    server.use(
      http.get("/api/app", () => HttpResponse.json(app({ registration: "invite" }))),
      ...nobody(),
    );
    renderPage(<RootLayout />, "/register");
    expect(await screen.findByText(/需要邀请链接/)).toBeVisible();
    expect(screen.queryByLabelText("邮箱")).not.toBeInTheDocument();
  });

  it("offers to try again when the server cannot be reached", async () => {
    server.use(http.get("/api/app", () => HttpResponse.error()));
    renderPage(<RootLayout />, "/");
    expect(await screen.findByText("连不上服务器", undefined, { timeout: 8000 })).toBeVisible();
  }, 10_000);
});
