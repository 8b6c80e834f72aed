/** Renders a part of the page inside a fresh cache and an address of its own. */
import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { createQueryClient } from "@/services/queries";

export function renderPage(node: ReactNode, path = "/") {
  const cache = createQueryClient();
  cache.setDefaultOptions({ queries: { retry: false } });
  const place = memoryLocation({ path, record: true });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={cache}>
      <Router hook={place.hook} searchHook={place.searchHook}>
        {children}
      </Router>
    </QueryClientProvider>
  );
  return { cache, visited: place.history, ...render(node, { wrapper }) };
}
