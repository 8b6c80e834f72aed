import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { finished, page } from "@/testing/fixtures";
import { renderPage } from "@/testing/render";
import { server } from "@/testing/server";
import { HistoryPage } from "./HistoryPage";

it("empties the search box with the filters, and finds it again by its key", async () => {
  server.use(
    http.get("/api/tasks", ({ request }) =>
      HttpResponse.json(page(new URL(request.url).searchParams.has("q") ? [] : [finished()])),
    ),
  );
  renderPage(<HistoryPage />, "/history?q=plum");
  const box = await screen.findByRole("searchbox");
  expect(box).toHaveValue("plum");
  await userEvent.click(await screen.findByRole("button", { name: "清除筛选" }));
  await screen.findByRole("article");
  expect(box).toHaveValue("");
  await userEvent.keyboard("/bamboo");
  expect(box).toHaveValue("bamboo");
  await waitFor(() => expect(screen.queryByRole("article")).not.toBeInTheDocument());
});
