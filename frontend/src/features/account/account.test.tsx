/** The life of an account, as the page shows it. */
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { app, user } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { problem, server } from "@/testing/server";
import { AccountPage } from "./AccountPage";
import { browserName } from "./browser-name";
import { VerifyEmailPage } from "./ConfirmLinkPage";
import { ForgotPasswordPage } from "./ForgotPasswordPage";
import { LoginPage } from "./LoginPage";
import { ResetPasswordPage } from "./ResetPasswordPage";

const sendsMail = () => server.use(http.get("/api/app", () => HttpResponse.json(app({ mail: true }))));

/** Fills a field at once: key by key takes long, and nothing here depends on it. */
async function fill(label: string, text: string) {
  await userEvent.click(await screen.findByLabelText(label));
  await userEvent.paste(text);
}

/** Every body that was sent to an address. */
function sent(path: string, answer: () => Response = () => new HttpResponse(null, { status: 204 })) {
  const bodies: unknown[] = [];
  server.use(
    http.post(path, async ({ request }) => {
      bodies.push(await request.json());
      return answer();
    }),
  );
  return bodies;
}

it("asks for the password at log-in when it is empty, and not for a length", async () => {
  renderPage(<LoginPage />, "/login");
  await userEvent.click(await screen.findByRole("button", { name: "登录" }));
  expect(await screen.findByText("请输入密码")).toBeVisible();
});

describe("a forgotten password", () => {
  it("is asked for with an address, and what is said promises nothing about accounts", async () => {
    sendsMail();
    const bodies = sent("/api/auth/forgot-password", () => new HttpResponse(null, { status: 202 }));
    renderPage(<ForgotPasswordPage />);
    await fill("邮箱", "li@example.com");
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByText(/如果 li@example.com 有账号/)).toBeVisible();
    expect(bodies).toEqual([{ email: "li@example.com" }]);
  });

  it("leads to the operator where no mail is sent", async () => {
    renderPage(<ForgotPasswordPage />);
    expect(await screen.findByText(/reset-link/)).toBeVisible();
    expect(screen.queryByLabelText("邮箱")).toBeNull();
  });

  it("is chosen anew with the link's token, and an old link leads to another one", async () => {
    const bodies = sent("/api/auth/reset-password", () => problem(403, "link_invalid"));
    renderPage(<ResetPasswordPage />, "/reset-password?token=abc");
    await fill("新密码", "short");
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByText("密码需要 8 到 128 个字符")).toBeVisible();
    await fill("新密码", " but longer");
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByRole("link", { name: "重新获取链接" })).toHaveAttribute(
      "href",
      "/forgot-password",
    );
    expect(bodies).toEqual([{ token: "abc", password: "short but longer" }]);
  });
});

describe("an address", () => {
  it("is confirmed by a press, not by opening the link", async () => {
    const bodies = sent("/api/auth/verify-email");
    renderPage(<VerifyEmailPage />, "/verify-email?token=abc");
    const button = await screen.findByRole("button", { name: "确认" });
    expect(bodies).toEqual([]);
    await userEvent.click(button);
    expect(await screen.findByText("邮箱已确认。")).toBeVisible();
    expect(bodies).toEqual([{ token: "abc" }]);
  });

  it("whose link was used before leads to the account, where it can be seen", async () => {
    sent("/api/auth/verify-email", () => problem(403, "link_invalid"));
    renderPage(<VerifyEmailPage />, "/verify-email?token=abc");
    await userEvent.click(await screen.findByRole("button", { name: "确认" }));
    expect(await screen.findByRole("link", { name: "前往账号页" })).toHaveAttribute("href", "/account");
  });

  it("that is not confirmed is told so on the account's page, and the link is sent again", async () => {
    sendsMail();
    server.use(
      http.get("/api/me", () => HttpResponse.json({ user: user({ emailVerified: false }) })),
      http.get("/api/me/sessions", () => HttpResponse.json({ items: [] })),
      http.get("/api/me/storage", () =>
        HttpResponse.json({ usedBytes: 0, limitBytes: null, retentionDays: null }),
      ),
      http.post("/api/me/verification", () => new HttpResponse(null, { status: 202 })),
    );
    renderPage(<AccountPage />);
    await userEvent.click(await screen.findByRole("button", { name: "发送确认邮件" }));
    expect(await screen.findByText("已发送，请查收。")).toBeVisible();
  });
});

describe("security", () => {
  it("shows where one is logged in and ends it elsewhere only", async () => {
    const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36";
    const session = (id: string, isCurrent: boolean, userAgent: string) => {
      return {
        id,
        isCurrent,
        userAgent,
        createdAt: "2026-01-01T00:00:00Z",
        lastSeenAt: "2026-01-02T00:00:00Z",
      };
    };
    let items = [session("session_1", true, "curl/8"), session("session_2", false, chrome)];
    server.use(
      http.get("/api/me/sessions", () => HttpResponse.json({ items })),
      http.get("/api/me/storage", () =>
        HttpResponse.json({ usedBytes: 0, limitBytes: null, retentionDays: null }),
      ),
      http.delete("/api/me/sessions/session_2", () => {
        items = items.slice(0, 1);
        return new HttpResponse(null, { status: 204 });
      }),
    );
    renderPage(<AccountPage />);
    const row = within((await screen.findByText("当前设备")).closest("li") as HTMLElement);
    expect(row.queryByRole("button")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "退出 Chrome · Windows" }));
    await waitFor(() => expect(screen.queryByText("Chrome · Windows")).toBeNull());
    expect(screen.getByRole("heading", { name: "已登录的设备" })).toHaveFocus();
  });

  it("says at the field that the present password is wrong", async () => {
    const fields = [{ field: "currentPassword", code: "wrong_password", message: "不是您当前的密码" }];
    sent("/api/me/password", () => problem(400, "invalid_request", { errors: fields }));
    server.use(
      http.get("/api/me/sessions", () => HttpResponse.json({ items: [] })),
      http.get("/api/me/storage", () =>
        HttpResponse.json({ usedBytes: 0, limitBytes: null, retentionDays: null }),
      ),
    );
    renderPage(<AccountPage />);
    await userEvent.click(await screen.findByText("修改密码", { selector: "summary" }));
    await fill("当前密码", "a wrong one");
    await fill("新密码", "a longer one");
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByText("不是您当前的密码")).toBeVisible();
    expect(screen.getByLabelText("当前密码")).toHaveFocus();
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

it("a browser has the name that people give it", () => {
  const safari =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1";
  expect(browserName(safari)).toBe("Safari · iOS");
  expect(browserName("something/1")).toBe("something/1");
  expect(browserName(null)).toBeNull();
});
