import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { renderPage } from "@/testing/render";
import { problem, server } from "@/testing/server";
import { DoctorPage } from "./DoctorPage";

const RULE = '[{"AllowedOrigins":["https://studio.example.com"]}]';

it("tells states by a word, says what to change, copies the rule, and looks again when asked", async () => {
  const person = userEvent.setup();
  let looks = 0;
  server.use(
    http.get("/api/admin/doctor", () => {
      looks += 1;
      const cors = {
        check: "bucket_cors",
        state: "warning",
        message: "The bucket refuses",
        advice: `Paste this as its CORS rule: ${RULE}`,
      };
      const mail = {
        check: "mail",
        state: "failure",
        message: "It refuses the password",
        advice: "Make a new one",
      };
      const database = { check: "database", state: "ok", message: "It answers", advice: null };
      return HttpResponse.json({ ok: looks > 1, lines: looks > 1 ? [database] : [database, cors, mail] });
    }),
  );
  renderPage(<DoctorPage />);
  expect(await screen.findByText(/2 项需要处理/)).toBeVisible();
  expect(screen.getByText("注意")).toBeVisible();
  expect(screen.getByText("有问题")).toBeVisible();
  expect(screen.getByText("Make a new one")).toBeVisible();
  await person.click(screen.getByRole("button", { name: "复制规则" }));
  expect(await navigator.clipboard.readText()).toBe(RULE);
  await person.click(screen.getByRole("button", { name: "重新检查" }));
  expect(await screen.findByText(/一切正常/)).toBeVisible();
  expect(screen.getByRole("button", { name: "重新检查" })).toHaveFocus();
});

it("says why when it cannot look now", async () => {
  server.use(http.get("/api/admin/doctor", () => problem(503, "overloaded")));
  renderPage(<DoctorPage />);
  expect(await screen.findByRole("alert")).toBeVisible();
});
