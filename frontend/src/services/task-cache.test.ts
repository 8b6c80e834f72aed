import type { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { credits, finished, page, task } from "@/testing/fixtures";
import { createQueryClient, creditsQuery, recentTasksQuery, taskQuery } from "./queries";
import {
  applyCredits,
  applyDeletion,
  applyRestoration,
  applyTask,
  onTaskSettled,
  unfinishedTasks,
} from "./task-cache";
import { newerTask, newIdempotencyKey } from "./tasks";

let cache: QueryClient;
const recent = () => cache.getQueryData(recentTasksQuery.queryKey)?.items ?? [];
beforeEach(() => {
  cache = createQueryClient();
  cache.setQueryData(recentTasksQuery.queryKey, page([]));
});

describe("the task cache", () => {
  it("keeps the highest version, whatever arrives last", () => {
    applyTask(cache, task({ id: "v", version: 5, progress: 0.5 }));
    applyTask(cache, task({ id: "v", version: 3, progress: 0.2 }));
    expect(recent()[0]).toMatchObject({ version: 5, progress: 0.5 });
    applyTask(cache, task({ id: "v", version: 5, progress: 0.6 }));
    expect(cache.getQueryData(taskQuery("v").queryKey)?.progress).toBe(0.6);
  });
  it("does not take the balance back in time, whatever arrives last", () => {
    applyCredits(cache, credits({ version: 5, credits: 5 }));
    applyCredits(cache, credits({ version: 4, credits: 0 }));
    expect(cache.getQueryData(creditsQuery.queryKey)?.credits).toBe(5);
    applyCredits(cache, credits({ version: 5, credits: 5, unlimited: true }));
    expect(cache.getQueryData(creditsQuery.queryKey)?.unlimited).toBe(true);
  });
  it("shows a task of another device at the top", () => {
    applyTask(cache, task({ id: "old", createdAt: "2026-01-01T00:00:00Z" }));
    applyTask(cache, task({ id: "new", createdAt: "2026-01-02T00:00:00Z" }));
    expect(recent().map((item) => item.id)).toEqual(["new", "old"]);
  });
  it("tells once when a running task ends, and never for one that had ended before", () => {
    const settled = vi.fn();
    const stop = onTaskSettled(settled);
    applyTask(cache, finished({ id: "earlier" }));
    applyTask(cache, task({ id: "s", version: 1 }));
    applyTask(cache, finished({ id: "s", version: 2 }));
    applyTask(cache, finished({ id: "s", version: 2 }));
    stop();
    expect(settled.mock.calls.map(([done]) => done.id)).toEqual(["s"]);
  });
  it("does not let a late event bring a deleted task back, but restoring does", () => {
    applyTask(cache, finished({ id: "d" }));
    applyDeletion(cache, "d");
    applyTask(cache, finished({ id: "d", version: 20 }));
    expect(recent()).toEqual([]);
    applyRestoration(cache, finished({ id: "d", version: 21 }));
    applyTask(cache, finished({ id: "d", version: 22 }));
    expect(recent().map((item) => item.id)).toEqual(["d"]);
  });
  it("knows which tasks can still change", () => {
    applyTask(cache, task({ id: "u1" }));
    applyTask(cache, finished({ id: "u2" }));
    expect(unfinishedTasks(cache).map((item) => item.id)).toEqual(["u1"]);
  });
});

it("a first sight of a task is taken as it is", () => {
  expect(newerTask(undefined, task({ version: 1 })).version).toBe(1);
});

it("keys are UUIDs of their own, also on plain-http addresses without randomUUID", () => {
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(newIdempotencyKey()).toMatch(form);
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  const keys = [newIdempotencyKey(), newIdempotencyKey()];
  for (const key of keys) expect(key).toMatch(form);
  expect(keys[0]).not.toBe(keys[1]);
});
