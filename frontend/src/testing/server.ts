/** The server's side of the unit tests: quiet defaults; each test says what it expects to be asked. */
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { app, credits, page, tool, user } from "./fixtures";

export const server = setupServer(
  http.get("/api/app", () => HttpResponse.json(app())),
  http.get("/api/me", () => HttpResponse.json({ user: user() })),
  http.get("/api/tools", () => HttpResponse.json({ tools: [tool()], styles: [] })),
  http.get("/api/credits", () => HttpResponse.json(credits())),
  http.get("/api/tasks", () => HttpResponse.json(page([]))),
  http.get(
    "/api/events",
    () => new HttpResponse(new ReadableStream(), { headers: { "Content-Type": "text/event-stream" } }),
  ),
);

/** A refusal in the server's form. */
export function problem(status: number, code: string, extra: object = {}) {
  return HttpResponse.json(
    {
      type: "about:blank",
      title: `title of ${code}`,
      status,
      detail: `detail of ${code}`,
      code,
      requestId: "req_1",
      ...extra,
    },
    { status, headers: { "Content-Type": "application/problem+json" } },
  );
}
