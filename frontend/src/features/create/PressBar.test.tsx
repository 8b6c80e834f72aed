import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import { app, model } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { server } from "@/testing/server";
import { PressBar } from "./PressBar";
import type { Price } from "./usePrice";

const onReach = vi.fn();
const tooDear = ({ missing, balance }: Price) =>
  missing > 0 ? { words: `余额 ${balance} 积分，还差 ${missing} 积分`, field: null } : null;

function show(change: Partial<Price>, refundRefusals: "all" | "input" | "none" = "all") {
  server.use(http.get("/api/app", () => HttpResponse.json(app({ refundRefusals }))));
  const price: Price = {
    credits: 1,
    balance: 9,
    missing: 0,
    estimatedSeconds: 10,
    refusal: null,
    failed: false,
    ...change,
  };
  renderPage(
    <PressBar
      each={1}
      price={price}
      obstacle={tooDear(price)}
      reach={{ model: model({ name: "Small" }), count: null, credits: 1 }}
      armed={false}
      onPress={() => {}}
      onObstacle={() => {}}
      onReach={onReach}
    />,
  );
}

it("promises the price back, as far as the operator gives it back", async () => {
  show({});
  expect(screen.getByText("失败全额退回")).toBeVisible();
});

it("says so where what content rules refuse is not refunded", async () => {
  show({}, "input");
  expect(await screen.findByText("失败退回积分，内容违规除外")).toBeVisible();
});

it("warns of a long wait before the press, and of nothing else meanwhile", () => {
  show({ estimatedSeconds: 540 });
  expect(screen.getByText("这台服务器上要等很久，离开页面也会继续")).toBeVisible();
  expect(screen.getByRole("button", { name: "开始生成" })).not.toHaveAttribute("aria-disabled");
});

it("says first what keeps a press from working", () => {
  show({ estimatedSeconds: 540, missing: 2, balance: 1 });
  expect(screen.getByText("余额 1 积分，还差 2 积分")).toBeVisible();
  expect(screen.getByRole("button", { name: "改用 Small：1 积分" })).toBeVisible();
});
