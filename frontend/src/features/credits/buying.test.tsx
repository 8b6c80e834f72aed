import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { loadMoreWords } from "@/locales/i18n";
import { credits, pack, page, payment } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { problem, server } from "@/testing/server";
import type { Payment } from "@/types/api";
import { formatMoney } from "@/utils/formatting";
import { CreditsPage } from "./CreditsPage";

const forSale = (change: object = {}) =>
  http.get("/api/billing/packs", () =>
    HttpResponse.json({ items: [pack()], methods: ["card", "alipay"], test: false, ...change }),
  );
const paid = (...payments: Payment[]) =>
  http.get("/api/billing/payments", () => HttpResponse.json(page(payments)));

beforeEach(async () => {
  await loadMoreWords();
  server.use(
    http.get("/api/credits/transactions", () => HttpResponse.json(page([]))),
    forSale({ items: [], methods: [] }),
    paid(),
  );
});

describe("formatMoney", () => {
  it("puts the point where the currency has it", () => {
    expect(formatMoney(4900, "CNY", 2, "zh-CN")).toBe("¥49.00");
    expect(formatMoney(990, "JPY", 0, "en")).toBe("¥990");
    expect(formatMoney(1_234_567, "USD", 2, "en")).toBe("$12,345.67");
  });
});

describe("buying credits", () => {
  it("is not spoken of where nothing is for sale, but codes can be redeemed", async () => {
    renderPage(<CreditsPage />, "/credits");
    expect(await screen.findByRole("heading", { name: "兑换码" })).toBeVisible();
    expect(screen.queryByRole("heading", { name: "购买积分" })).not.toBeInTheDocument();
  });

  it("shows price and bonus, and leads to the checkout", async () => {
    const assign = vi.fn();
    vi.stubGlobal("location", { ...window.location, assign });
    const asked: unknown[] = [];
    server.use(
      forSale(),
      http.post("/api/billing/checkout", async ({ request }) => {
        asked.push(await request.json());
        return HttpResponse.json(
          { paymentId: "pay_1", url: "https://checkout.stripe.com/c/1" },
          { status: 201 },
        );
      }),
    );
    renderPage(<CreditsPage />, "/credits");
    const button = await screen.findByRole("button", { name: "以 ¥49.00 购买中份 · 500 积分 另送 50" });
    expect(screen.getByText("通过 Stripe 付款：银行卡或支付宝。积分永不过期。")).toBeVisible();
    await userEvent.click(button);
    await waitFor(() => expect(assign).toHaveBeenCalledWith("https://checkout.stripe.com/c/1"));
    expect(asked).toEqual([{ pack: "medium" }]);
    expect(button).toBeDisabled();
    vi.unstubAllGlobals();
  });

  it("says in test mode that no money is taken, and says why a checkout did not begin", async () => {
    server.use(
      forSale({ test: true }),
      http.post("/api/billing/checkout", () => problem(502, "payment_gateway_failed")),
    );
    renderPage(<CreditsPage />, "/credits");
    expect(await screen.findByText("测试模式：不会真正扣款。")).toBeVisible();
    const button = screen.getByRole("button", { name: /购买/ });
    await userEvent.click(button);
    expect(await screen.findByRole("alert")).toHaveTextContent("payment_gateway_failed");
    expect(button).toBeEnabled();
  });
});

describe("coming back from the checkout", () => {
  const back = (change: Partial<Payment>) => {
    server.use(http.get("/api/billing/payments/pay_1", () => HttpResponse.json(payment(change))));
    return renderPage(<CreditsPage />, "/credits?payment=pay_1");
  };

  it("proves nothing: the payment is waited for", async () => {
    back({ status: "open" });
    expect(await screen.findByText("正在等待付款结果")).toBeVisible();
    expect(screen.queryByText(/已到账/)).not.toBeInTheDocument();
  });

  it.each([
    ["processing", "已收到付款，积分马上就到"],
    ["paid", "谢谢！已到账 550 积分。"],
    ["failed", "付款没有成功"],
    ["expired", "收银台已过期"],
    ["refused", "这笔付款正在核对"],
  ] as const)("tells of a payment that is %s", async (status, words) => {
    back({ status });
    expect(await screen.findByText(words)).toBeVisible();
  });

  it("without paying says so, and the note can be closed", async () => {
    const { visited } = renderPage(<CreditsPage />, "/credits?payment=pay_1&cancelled=1");
    expect(await screen.findByText("没有付款")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "关闭" }));
    expect(visited?.at(-1)).toBe("/credits");
  });
});

describe("payments and codes", () => {
  it("lists payments with their state, receipt and what went back", async () => {
    server.use(
      http.get("/api/credits", () => HttpResponse.json(credits({ credits: 0, debt: 90 }))),
      paid(
        payment({ amountReversed: 1000, creditsReversed: 112 }),
        payment({ id: "pay_2", status: "expired", receiptUrl: null }),
      ),
    );
    renderPage(<CreditsPage />, "/credits");
    expect(await screen.findByText("已付款")).toBeVisible();
    expect(screen.getByText("已过期")).toBeVisible();
    expect(screen.getByText("已退回或有争议 ¥10.00，收回 112 积分")).toBeVisible();
    expect(screen.getByRole("link", { name: /收据/ })).toHaveAttribute(
      "href",
      "https://pay.stripe.com/receipts/1",
    );
    expect(screen.getByText(/待偿还 90 积分/)).toBeVisible();
  });

  it("redeems a code, and says why one is not taken", async () => {
    server.use(
      http.post("/api/billing/redeem", async ({ request }) => {
        const { code } = (await request.json()) as { code: string };
        if (code !== "good") return problem(409, "redeem_code_used");
        return HttpResponse.json({ credits: 50, balance: credits({ credits: 60, version: 2 }) });
      }),
    );
    renderPage(<CreditsPage />, "/credits");
    const box = await screen.findByRole("textbox", { name: "兑换码" });
    await userEvent.type(box, "bad{Enter}");
    expect(await screen.findByText("detail of redeem_code_used")).toBeVisible();
    await userEvent.clear(box);
    await userEvent.type(box, "good{Enter}");
    expect(await screen.findByText("已到账 50 积分。")).toBeVisible();
    expect(box).toHaveValue("");
    expect(await screen.findByText("60")).toBeVisible();
  });
});
