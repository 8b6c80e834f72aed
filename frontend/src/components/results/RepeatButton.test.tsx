import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import { finished } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { problem, server } from "@/testing/server";
import { RepeatButton } from "./RepeatButton";

it.each([
  ["the tool is gone", () => HttpResponse.json({ credits: 9, totalEarned: 9, totalSpent: 0 })],
  ["the balance cannot be read", () => problem(404, "not_found")],
])("can be pressed where nobody can say the price: %s", async (_, balance) => {
  server.use(
    http.get("/api/tools", () => HttpResponse.json({ tools: [], styles: [] })),
    http.get("/api/credits", balance),
  );
  const onRepeat = vi.fn();
  renderPage(<RepeatButton task={finished()} label="重试" onRepeat={onRepeat} />);
  await userEvent.click(await screen.findByRole("button", { name: "重试 · ?" }));
  expect(onRepeat).toHaveBeenCalledOnce();
});
