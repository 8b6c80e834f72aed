import { HttpResponse, http } from "msw";
import { afterEach, describe, expect, it, vi } from "vitest";
import { problem, server } from "@/testing/server";
import { api, onSessionLost, unwrap } from "./api";

/** A session whose cookie has run out; refreshing brings it back, or not. */
function expiredSession(refreshable: boolean) {
  const asked: string[] = [];
  let valid = false;
  server.use(
    http.get("/api/credits", () => {
      asked.push("credits");
      return valid ? HttpResponse.json({ credits: 3 }) : problem(401, "unauthenticated");
    }),
    http.post("/api/auth/refresh", () => {
      asked.push("refresh");
      valid = refreshable;
      return refreshable ? HttpResponse.json({ user: {} }) : problem(401, "unauthenticated");
    }),
  );
  return asked;
}
const stops: (() => void)[] = [];
const lost = () => {
  const listener = vi.fn();
  stops.push(onSessionLost(listener));
  return listener;
};
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

describe("a 401", () => {
  it("refreshes once and repeats the call", async () => {
    const asked = expiredSession(true);
    const listener = lost();
    await expect(unwrap(api.GET("/api/credits"))).resolves.toEqual({ credits: 3 });
    expect(asked).toEqual(["credits", "refresh", "credits"]);
    expect(listener).not.toHaveBeenCalled();
  });
  it("is refreshed once for calls that fail together", async () => {
    const asked = expiredSession(true);
    await Promise.all([
      unwrap(api.GET("/api/credits")),
      unwrap(api.GET("/api/credits")),
      unwrap(api.GET("/api/credits")),
    ]);
    expect(asked.filter((call) => call === "refresh")).toHaveLength(1);
  });
  it("that cannot be refreshed ends the session", async () => {
    expiredSession(false);
    const listener = lost();
    await expect(unwrap(api.GET("/api/credits"))).rejects.toMatchObject({
      code: "unauthenticated",
      status: 401,
    });
    expect(listener).toHaveBeenCalledTimes(1);
  });
  it("of a wrong password is not refreshed", async () => {
    const refreshed = vi.fn();
    server.use(
      http.post("/api/auth/login", () => problem(401, "invalid_credentials")),
      http.post("/api/auth/refresh", refreshed),
    );
    const call = unwrap(api.POST("/api/auth/login", { body: { email: "a@b", password: "x" } }));
    await expect(call).rejects.toMatchObject({ code: "invalid_credentials" });
    expect(refreshed).not.toHaveBeenCalled();
  });
  it("repeats a body that was already sent", async () => {
    const bodies: unknown[] = [];
    server.use(
      http.post("/api/tasks", async ({ request }) => {
        bodies.push(await request.json());
        return bodies.length === 1
          ? problem(401, "unauthenticated")
          : HttpResponse.json({ id: "task_1" }, { status: 202 });
      }),
      http.post("/api/auth/refresh", () => HttpResponse.json({ user: {} })),
    );
    const body = { taskType: "upscale", inputFiles: ["file_1"], parameters: {} };
    await unwrap(api.POST("/api/tasks", { body }));
    expect(bodies).toEqual([body, body]);
  });
});

it("a cut line is a network error and leaves the session alone", async () => {
  const listener = lost();
  server.use(http.get("/api/credits", () => HttpResponse.error()));
  await expect(unwrap(api.GET("/api/credits"))).rejects.toMatchObject({ code: "network", status: 0 });
  expect(listener).not.toHaveBeenCalled();
});

it("asks in the page's language", async () => {
  let language: string | null = null;
  server.use(
    http.get("/api/credits", ({ request }) => {
      language = request.headers.get("Accept-Language");
      return HttpResponse.json({});
    }),
  );
  document.documentElement.lang = "en";
  await unwrap(api.GET("/api/credits"));
  expect(language).toBe("en");
});
