import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { createQueryClient, storageQuery } from "@/services/queries";
import { StorageUse } from "./StorageUse";

function show(storage: { usedBytes: number; limitBytes: number | null; retentionDays: number | null }) {
  const cache = createQueryClient();
  cache.setQueryData(storageQuery.queryKey, storage);
  render(
    <QueryClientProvider client={cache}>
      <StorageUse />
    </QueryClientProvider>,
  );
}

test("says what is used of the limit, warns when little is left, and says how long pictures are kept", async () => {
  show({ usedBytes: 950 * 1024 * 1024, limitBytes: 1024 * 1024 * 1024, retentionDays: 30 });
  expect(await screen.findByText(/9[23]\s?%/)).toBeTruthy();
  expect(screen.getByText(/30 (天|days)/)).toBeTruthy();
  expect(document.querySelector(".text-amber")).toBeTruthy();
});

test("promises no limit where there is none", async () => {
  show({ usedBytes: 0, limitBytes: null, retentionDays: null });
  expect(await screen.findByText(/no limit|不限/)).toBeTruthy();
  expect(document.querySelector(".bg-azurite, .text-amber")).toBeNull();
});
