/** The reads of the page as cache entries: one place for keys, freshness and what may be retried. */
import { keepPreviousData, QueryClient, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/services/api";
import { isTransient } from "@/services/errors";
import { listProviders } from "@/services/providers";
import { fetchMe } from "@/services/session";
import { allowStraightUploads } from "@/services/storage";
import { getTask, listTasks, newerTask, type TaskFilter } from "@/services/tasks";
import type { Credits } from "@/types/api";
import type { Task } from "@/types/task";
import { LEDGER_PAGE, LINK_REFRESH_MS, RECENT_TASKS } from "@/utils/constants";

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, reason) => failures < 2 && isTransient(reason),
        // Off, the query library would pause while the browser believes it is offline and show nothing.
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}

export const appQuery = queryOptions({
  queryKey: ["app"],
  queryFn: async ({ signal }) => {
    const app = await unwrap(api.GET("/api/app", { signal }));
    allowStraightUploads(app.limits.directUploads);
    return app;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: fetchMe,
  staleTime: Number.POSITIVE_INFINITY,
});

/** What does not belong to an account, or is known to be nobody's. */
const SHARED: unknown[] = ["app", "me", "catalogue"];

/** Nobody is here any more, and nothing of the account stays in memory for the next one. */
export function forgetAccount(cache: QueryClient) {
  cache.setQueryData(meQuery.queryKey, null);
  cache.removeQueries({ predicate: ({ queryKey }) => !SHARED.includes(queryKey[0]) });
}

/** Names and reasons in it are written in the reader's language, hence the key. */
export const catalogueQuery = (language: string) =>
  queryOptions({
    queryKey: ["catalogue", language],
    queryFn: ({ signal }) => unwrap(api.GET("/api/tools", { signal })),
    staleTime: 10 * 60_000,
    placeholderData: keepPreviousData,
  });

export const providersQuery = (language: string) =>
  queryOptions({
    queryKey: ["providers", language],
    queryFn: ({ signal }) => listProviders(signal),
    placeholderData: keepPreviousData,
  });

export const storageQuery = queryOptions({
  queryKey: ["storage"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/me/storage", { signal })),
  staleTime: 0,
});

export const creditsQuery = queryOptions({
  queryKey: ["credits"],
  queryFn: async ({ client, signal }) => {
    const credits = await unwrap(api.GET("/api/credits", { signal }));
    return newerCredits(client.getQueryData<Credits>(["credits"]), credits);
  },
});

/** Answers and events overtake each other; a balance does not go back in time. */
export function newerCredits(known: Credits | undefined, credits: Credits): Credits {
  return known && known.version > credits.version ? known : credits;
}

export const recentTasksQuery = queryOptions({
  queryKey: ["tasks", "recent"],
  queryFn: async ({ client, signal }) =>
    withKnown(client, await listTasks({ limit: RECENT_TASKS, offset: 0 }, signal)),
  refetchInterval: LINK_REFRESH_MS,
});

export const taskListQuery = (filter: TaskFilter) =>
  queryOptions({
    queryKey: ["tasks", "list", filter],
    queryFn: async ({ client, signal }) => withKnown(client, await listTasks(filter, signal)),
    refetchInterval: LINK_REFRESH_MS,
    placeholderData: keepPreviousData,
  });

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ["task", id],
    queryFn: ({ signal }) => getTask(id, signal),
    refetchInterval: LINK_REFRESH_MS,
  });

/** A page that was on its way while events arrived must not take its tasks back in time. */
function withKnown<P extends { items: Task[] }>(cache: QueryClient, page: P): P {
  const items = page.items.map((item) => newerTask(cache.getQueryData<Task>(["task", item.id]), item));
  return { ...page, items };
}

export type LedgerFilter = { transactionType?: "earn" | "spend" | "refund"; taskId?: string; offset: number };

export const ledgerQuery = (filter: LedgerFilter) =>
  queryOptions({
    queryKey: ["ledger", filter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/credits/transactions", {
          params: { query: { ...filter, limit: LEDGER_PAGE } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
