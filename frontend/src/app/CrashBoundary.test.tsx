import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { CrashBoundary } from "./CrashBoundary";

function Broken({ reason }: { reason: Error }): never {
  throw reason;
}

it("says what happened to a page that did not load or failed, and how to go on", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const cases = [
    [new TypeError("Failed to fetch dynamically imported module: /assets/x.js"), "连不上服务器"],
    [new TypeError("x is not a function"), "出了点问题"],
  ] as const;
  for (const [reason, title] of cases) {
    const { unmount } = render(
      <CrashBoundary>
        <Broken reason={reason} />
      </CrashBoundary>,
    );
    expect(screen.getByRole("alert")).toHaveTextContent(title);
    expect(screen.getByRole("button", { name: "重试" })).toBeVisible();
    unmount();
  }
});
