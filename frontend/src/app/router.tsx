/** Every page in one table. The create page is in the first load; the others come when asked for. */
import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import { Route, Switch, useLocation, useSearch } from "wouter";
import { LoadingSpinner } from "@/components/common/LoadingSpinner";
import { CreatePage } from "@/features/create/CreatePage";
import { useIsOwner } from "@/hooks/useIsOwner";
import { loadMoreWords } from "@/locales/i18n";
import { paths } from "@/services/paths";
import { CrashBoundary } from "./CrashBoundary";
import { NotFound } from "./NotFound";

const pages = {
  history: async () => (await import("@/features/gallery/HistoryPage")).HistoryPage,
  task: async () => (await import("@/features/gallery/TaskPage")).TaskPage,
  credits: async () => (await import("@/features/credits/CreditsPage")).CreditsPage,
  account: async () => (await import("@/features/account/AccountPage")).AccountPage,
  providers: async () => (await import("@/features/admin/ProvidersPage")).ProvidersPage,
  firstKey: async () => (await import("@/features/admin/FirstKeyPage")).FirstKeyPage,
  doctor: async () => (await import("@/features/admin/DoctorPage")).DoctorPage,
  doors: async () => (await import("./Doors")).Doors,
};

/** A page with its words. */
const later = (page: () => Promise<ComponentType>) =>
  lazy(async () => {
    const [part] = await Promise.all([page(), loadMoreWords()]);
    return { default: part };
  });

const HistoryPage = later(pages.history);
const TaskPage = later(pages.task);
const CreditsPage = later(pages.credits);
const AccountPage = later(pages.account);
const ProvidersPage = later(pages.providers);
const FirstKeyPage = later(pages.firstKey);
const DoctorPage = later(pages.doctor);
const Doors = later(pages.doors);

/** Pages of somebody who is in. */
export function StudioRoutes() {
  const [path] = useLocation();
  const owner = useIsOwner();
  usePreloadedPages();
  useFreshStart();
  return (
    <Place key={path}>
      <Switch>
        <Route path="/" component={CreatePage} />
        <Route path="/history" component={HistoryPage} />
        <Route path="/tasks/:id">{({ id }) => <TaskPage key={id} />}</Route>
        <Route path="/credits" component={CreditsPage} />
        <Route path="/account" component={AccountPage} />
        {owner ? <Route path={paths.providers} component={ProvidersPage} /> : null}
        {owner ? <Route path={paths.doctor} component={DoctorPage} /> : null}
        {owner ? <Route path={paths.firstKey} component={FirstKeyPage} /> : null}
        <Route component={NotFound} />
      </Switch>
    </Place>
  );
}

/** Pages of those who are not in yet. */
export function DoorRoutes() {
  return (
    <Place>
      <Doors />
    </Place>
  );
}

export const DOORS = [
  "/login",
  "/register",
  "/setup",
  "/forgot-password",
  "/reset-password",
  "/verify-email",
  "/change-email",
];

/** Where a page stands: while its code is on the way, and when it fails. */
function Place({ children }: { children: ReactNode }) {
  const wait = (
    <div className="grid min-h-[70dvh] place-items-center">
      <LoadingSpinner />
    </div>
  );
  return (
    <CrashBoundary>
      <Suspense fallback={wait}>{children}</Suspense>
    </CrashBoundary>
  );
}

/** Fetches the likely next pages once the first one stands, so that a change of page has nothing to wait for. */
function usePreloadedPages() {
  useEffect(() => {
    const timer = setTimeout(
      () =>
        void Promise.allSettled([
          loadMoreWords(),
          pages.history(),
          pages.task(),
          pages.credits(),
          pages.account(),
        ]),
      3000,
    );
    return () => clearTimeout(timer);
  }, []);
}

/** A new page starts at its top, and the keyboard with it; going back leaves the place to the browser. */
function useFreshStart() {
  const [path] = useLocation();
  const search = useSearch();
  const wentBack = useRef(false);
  const first = useRef(true);
  useEffect(() => {
    const note = () => {
      wentBack.current = true;
    };
    addEventListener("popstate", note);
    return () => removeEventListener("popstate", note);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for each new path.
  useEffect(() => {
    if (!first.current && !wentBack.current) {
      scrollTo({ top: 0 });
      const content = document.getElementById("content");
      // Unless the page has put it somewhere itself.
      if (!content?.contains(document.activeElement)) content?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [path]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: going back may change no more than the query.
  useEffect(() => {
    wentBack.current = false;
  }, [path, search]);
}
