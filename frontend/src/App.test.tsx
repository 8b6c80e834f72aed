import { render } from "@testing-library/react";
import { http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { App } from "./App";
import { refreshSession } from "./services/api";
import { createQueryClient, creditsQuery, meQuery, recentTasksQuery, taskQuery } from "./services/queries";
import { credits, page, task, user } from "./testing/fixtures";
import { problem, server } from "./testing/server";
import { silenceStream } from "./testing/stream";

describe("App", () => {
  beforeEach(silenceStream);

  it("keeps nothing of an account whose session was lost", async () => {
    const cache = createQueryClient();
    const mine = task();
    cache.setQueryData(meQuery.queryKey, user());
    cache.setQueryData(creditsQuery.queryKey, credits());
    cache.setQueryData(recentTasksQuery.queryKey, page([mine]));
    cache.setQueryData(taskQuery(mine.id).queryKey, mine);
    cache.setQueryData(["ledger", {}], page([]));
    server.use(
      ...["/api/me", "/api/tasks", "/api/credits"].map((path) =>
        http.get(path, () => problem(401, "unauthenticated")),
      ),
      http.post("/api/auth/refresh", () => problem(401, "unauthenticated")),
    );
    render(<App cache={cache} />);
    await refreshSession();
    expect(location.pathname).toBe("/login");
    const known = cache.getQueryCache().findAll({ predicate: ({ state }) => Boolean(state.data) });
    // What is nobody's may stay: the studio's name, its tools.
    const own = known
      .map(({ queryKey }) => queryKey[0])
      .filter((key) => key !== "app" && key !== "catalogue");
    expect(own).toEqual([]);
  });
});
