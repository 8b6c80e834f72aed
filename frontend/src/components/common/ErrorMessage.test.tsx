import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { showLocale } from "@/locales/i18n";
import { ApiError, errorFromAnswer } from "@/services/errors";
import { ErrorMessage } from "./ErrorMessage";

const shown = () => screen.getByRole("alert").textContent ?? "";

describe("ErrorMessage", () => {
  it("shows the server's words, what to do, and a code and number to quote", () => {
    const body = {
      code: "insufficient_credits",
      title: "积分不够",
      detail: "这次需要 3 积分",
      status: 402,
      type: "",
      requestId: "req_9",
      required: 3,
      balance: 1,
    };
    render(<ErrorMessage error={errorFromAnswer(402, body, null)} noCharge />);
    expect(shown()).toContain("积分不够");
    expect(shown()).toContain("没有扣除积分");
    expect(shown()).toContain("需要 3 积分，现有 1 积分");
    expect(shown()).toContain("insufficient_credits");
    expect(shown()).toContain("req_9");
  });

  it("never shows raw JSON, a proxy's page or “undefined”", () => {
    const answers: unknown[] = [
      "<html>502 Bad Gateway</html>",
      { error: { message: "boom" } },
      undefined,
      null,
      { code: 7 },
    ];
    for (const body of answers) {
      const { unmount } = render(<ErrorMessage error={errorFromAnswer(502, body, "req_2")} />);
      expect(shown()).toContain("服务器的回答看不懂");
      expect(shown()).not.toMatch(/undefined|null|\{|<html/);
      unmount();
    }
  });

  it("says that the line is cut in both languages", async () => {
    const { unmount } = render(<ErrorMessage error={new TypeError("Failed to fetch")} />);
    expect(shown()).toContain("连不上服务器");
    unmount();
    await showLocale("en");
    render(<ErrorMessage error={new ApiError("network", 0)} />);
    expect(shown()).toContain("The server cannot be reached");
  });

  it("says how long to wait when the server said so", () => {
    const body = {
      code: "too_many_attempts",
      title: "尝试太多次",
      status: 429,
      type: "",
      retryAfterSeconds: 30,
    };
    render(<ErrorMessage error={errorFromAnswer(429, body, null)} />);
    expect(shown()).toContain("请在 30 秒后再试");
  });

  it("is quiet about things that are not errors of ours", () => {
    render(<ErrorMessage error={{ weird: true }} />);
    expect(shown()).toContain("出了点问题");
    expect(shown()).not.toContain("weird");
  });
});
