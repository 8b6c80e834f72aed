import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { finished, page, style, tool } from "@/testing/fixtures";
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

it("says with what style a picture was made: two of a blend, or a picture of one's own", async () => {
  const styled = (id: string, change: object) =>
    finished({ id, taskNo: id, taskType: "style_transfer", ...change });
  server.use(
    http.get("/api/tools", () =>
      HttpResponse.json({
        tools: [tool({ taskType: "style_transfer", name: "风格迁移" })],
        styles: [style("ink", "水墨"), style("mist", "雾蓝")],
      }),
    ),
    http.get("/api/tasks", () =>
      HttpResponse.json(
        page([
          styled("one", { style: "ink" }),
          styled("two", { style: "ink", parameters: { blendStyle: "mist" } }),
          styled("own", { parameters: { styleImage: "file_9" } }),
        ]),
      ),
    ),
  );
  renderPage(<HistoryPage />, "/history");
  expect(await screen.findByText("风格迁移 · 水墨")).toBeVisible();
  expect(screen.getByText("风格迁移 · 水墨 + 雾蓝")).toBeVisible();
  expect(screen.getByText("风格迁移 · 自己的画风图片")).toBeVisible();
});
