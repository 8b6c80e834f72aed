import { describe, expect, it } from "vitest";
import { formatBytes, formatDuration, formatPercent, formatRelative, formatSigned } from "./formatting";

describe("formatBytes", () => {
  it("uses the unit people know from their file manager", () => {
    expect(formatBytes(0, "en")).toBe("0 B");
    expect(formatBytes(2048, "en")).toBe("2 KB");
    expect(formatBytes(131 * 1024 * 1024, "zh-CN")).toBe("131 MB");
    expect(formatBytes(1.5 * 1024 ** 3, "en")).toBe("1.5 GB");
  });
});

describe("formatPercent", () => {
  it("never calls unfinished work done", () => {
    expect(formatPercent(0.999, "en")).toBe("99%");
    expect(formatPercent(1, "en")).toBe("100%");
  });
  it("stays inside 0 to 100 whatever the server says", () => {
    expect(formatPercent(-0.2, "en")).toBe("0%");
    expect(formatPercent(1.7, "en")).toBe("100%");
  });
});

describe("times", () => {
  const now = new Date("2026-06-10T12:00:00Z");
  it("are relative for a week and a date after that", () => {
    expect(formatRelative("2026-06-10T11:57:00Z", "en", "long", now)).toBe("3 minutes ago");
    expect(formatRelative("2026-06-10T11:57:00Z", "zh-CN", "long", now)).toBe("3 分钟前");
    expect(formatRelative("2026-06-10T11:57:00Z", "en", "short", now)).toBe("3 min. ago");
    expect(formatRelative("2026-05-01T12:00:00Z", "en", "long", now)).toBe("May 1, 2026");
  });
  it("say durations in the fitting unit and never 0", () => {
    expect(formatDuration(0.2, "en")).toBe("1 sec");
    expect(formatDuration(180, "en")).toBe("3 min");
    expect(formatDuration(25, "zh-CN")).toBe("25 秒");
    expect(formatDuration(180, "zh-CN")).toBe("3 分钟");
  });
});

it("shows which way credits moved", () => {
  expect(formatSigned(3, "en")).toBe("+3");
  expect(formatSigned(-3, "en")).toBe("−3");
});
