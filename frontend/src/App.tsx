/** The page's outermost parts: the cache of server state, and the way out when a session ends. */
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect } from "react";
import { navigate } from "wouter/use-browser-location";
import { RootLayout } from "./app/RootLayout";
import { onSessionLost } from "./services/api";
import { paths } from "./services/paths";
import { forgetAccount, meQuery } from "./services/queries";

export function App({ cache }: { cache: QueryClient }) {
  useEffect(
    () =>
      onSessionLost(() => {
        // A visitor who was never in is led to the log-in page by the guard, without this notice.
        if (!cache.getQueryData(meQuery.queryKey)) return;
        navigate(paths.login({ next: location.pathname + location.search, lost: true }));
        forgetAccount(cache);
      }),
    [cache],
  );
  return (
    <QueryClientProvider client={cache}>
      <RootLayout />
    </QueryClientProvider>
  );
}
