import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import { user } from "@/testing/fixtures";
import { problem, server } from "@/testing/server";
import { fetchMe, logIn, logOut } from "./session";

it("asks nothing about a stranger, and again once somebody has logged in", async () => {
  localStorage.clear();
  // The mock refuses what is not expected, so a question would fail here.
  expect(await fetchMe()).toBeNull();
  server.use(
    http.post("/api/auth/login", () => HttpResponse.json({ user: user() })),
    http.get("/api/me", () => HttpResponse.json({ user: user() })),
    http.post("/api/auth/logout", () => new HttpResponse(null, { status: 204 })),
  );
  await logIn("li@example.com", "a long password");
  expect((await fetchMe())?.email).toBe("li@example.com");
  await logOut();
  expect(await fetchMe()).toBeNull();
});

it("asks all the same where a browser remembers nothing", async () => {
  vi.stubGlobal("localStorage", {
    getItem: () => null,
    setItem() {
      throw new Error("forbidden");
    },
    removeItem() {},
    clear() {},
  });
  server.use(http.get("/api/me", () => HttpResponse.json({ user: user() })));
  expect((await fetchMe())?.email).toBe("li@example.com");
});

it("forgets who was here when the session has ended", async () => {
  server.use(
    http.get("/api/me", () => problem(401, "unauthenticated")),
    http.post("/api/auth/refresh", () => problem(401, "unauthenticated")),
  );
  expect(await fetchMe()).toBeNull();
  expect(localStorage.getItem("danqing.here")).toBeNull();
});
