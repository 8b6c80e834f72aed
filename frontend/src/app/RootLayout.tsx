/** Decides what a visitor sees at all: the set-up notice, the log-in page, or the shell with the page in it. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Redirect, useLocation, useSearch } from "wouter";
import { ErrorMessage } from "@/components/common/ErrorMessage";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { useSystemTheme } from "@/hooks/useTheme";
import { paths } from "@/services/paths";
import { appQuery, meQuery } from "@/services/queries";
import { DOORS, DoorRoutes, StudioRoutes } from "./router";
import { Shell } from "./Shell";
import { Toaster } from "./Toaster";
import { usePageTitle } from "./usePageTitle";

// Seen once in the life of a studio.
const SetupNotice = lazy(async () => ({ default: (await import("./SetupNotice")).SetupNotice }));

export function RootLayout() {
  useSystemTheme();
  usePageTitle();
  return (
    <>
      <Guarded />
      <Toaster />
    </>
  );
}

function Guarded() {
  const app = useQuery(appQuery);
  const me = useQuery(meQuery);
  const [pathname] = useLocation();
  const query = useSearch();

  const failed = app.isError ? app : me.isError ? me : null;
  if (failed) {
    return (
      <main className="mx-auto grid min-h-dvh max-w-xl content-center p-4">
        <ErrorMessage error={failed.error} onRetry={() => void failed.refetch()} />
      </main>
    );
  }
  const wait = (
    <main className="grid min-h-dvh place-items-center">
      <LoadingSpinner />
    </main>
  );
  if (!app.data || me.isPending) return wait;
  if (app.data.setupRequired && pathname !== "/setup") {
    return (
      <Suspense fallback={wait}>
        <SetupNotice name={app.data.name} onCheck={() => void app.refetch()} />
      </Suspense>
    );
  }
  // The set-up link once more, by somebody who is in: there is nothing left to set up.
  if (me.data && pathname === "/setup") return <Redirect to={paths.create} replace />;
  if (DOORS.includes(pathname)) return <DoorRoutes />;
  if (!me.data) {
    const next = query ? `${pathname}?${query}` : pathname;
    return <Redirect to={paths.login(next === paths.create ? {} : { next })} replace />;
  }
  return (
    <Shell user={me.data} appName={app.data.name}>
      <StudioRoutes />
    </Shell>
  );
}
