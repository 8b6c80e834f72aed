/** The frame around every page: a rail on wide screens, a bar and tabs on phones, and the live parts. */
import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { CircleUserRound, Coins, Images, Keyboard, KeyRound, WandSparkles } from "lucide-react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { Link, useLocation, useRoute } from "wouter";
import { IconButton } from "@/components/ui/button";
import { Logo } from "@/components/ui/logo";
import { useIsOwner } from "@/hooks/useIsOwner";
import { useShortcut } from "@/hooks/useShortcut";
import { preferredLocale, showLocale, toLocale, useTranslation } from "@/locales/i18n";
import { paths, SEARCHING } from "@/services/paths";
import { recall, remember } from "@/services/preferences";
import { clearPresses } from "@/services/presses";
import { creditsQuery } from "@/services/queries";
import { openWorkbench } from "@/services/workbench";
import type { User } from "@/types/user";
import { formatNumber } from "@/utils/formatting";
import { LinkBanner } from "./LinkBanner";
import { LiveRegion } from "./LiveRegion";
import { PollFallback } from "./PollFallback";
import { useDetourNotice } from "./useDetourNotice";
import { useLeaveGuard } from "./useLeaveGuard";
import { useLiveTasks } from "./useLiveTasks";

const ShortcutSheet = lazy(async () => ({ default: (await import("./ShortcutSheet")).ShortcutSheet }));

const PAGES = [
  { to: paths.create, label: "common.nav.create", icon: WandSparkles },
  { to: paths.history(), label: "common.nav.history", icon: Images },
  { to: paths.credits(), label: "common.nav.credits", icon: Coins },
  { to: paths.account, label: "common.nav.account", icon: CircleUserRound },
] as const;

/** Wide screens have room for it; on phones it is reached from the account. */
const VENDORS = { to: paths.providers, label: "common.nav.vendors", icon: KeyRound } as const;

type ShellProps = { user: User; appName: string; children: ReactNode };

export function Shell({ user, appName, children }: ShellProps) {
  const { t } = useTranslation();
  openWorkbench(user.id);
  useOwnersLocale(user);
  useEffect(() => {
    remember("in", "yes");
    return () => {
      remember("in", null);
      clearPresses();
      // Who comes next reads what this device is set to.
      void showLocale(preferredLocale());
    };
  }, []);
  useLeaveGuard();
  useDetourNotice();
  const [sheet, setSheet] = useState(false);
  useShortcut("sheet", () => setSheet(true));
  useSearchShortcut();
  const { degraded } = useLiveTasks(user.id);
  return (
    <div className="lg:pl-20">
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-raised px-4 py-2 text-sm focus:translate-y-0 focus:shadow-float"
      >
        {t("common.skipToContent")}
      </a>
      <TopBar appName={appName} />
      <SideRail appName={appName} onShortcuts={() => setSheet(true)} />
      {degraded ? <LinkBanner /> : null}
      {degraded ? <PollFallback /> : null}
      <main id="content" tabIndex={-1} className="pb-20 outline-none lg:pb-0">
        {children}
      </main>
      <BottomTabs />
      <LiveRegion />
      {sheet ? (
        <Suspense>
          <ShortcutSheet onClose={() => setSheet(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

/** The search box is in the gallery; from elsewhere its key leads there. */
function useSearchShortcut() {
  const [here] = useRoute(paths.history());
  const [, navigate] = useLocation();
  useShortcut("search", here ? null : () => navigate(paths.history(), { state: SEARCHING }));
}

/** The account's language holds on a device that has not chosen its own. */
function useOwnersLocale(user: User) {
  const { language } = useTranslation();
  const wanted = recall("locale") ? null : toLocale(user.locale);
  useEffect(() => {
    // Shown, not remembered: the next one who uses this device chose nothing.
    if (wanted && wanted !== language) void showLocale(wanted);
  }, [wanted, language]);
}

function TopBar({ appName }: { appName: string }) {
  return (
    <header className="pad-safe-top sticky top-0 z-30 border-b border-line bg-paper/95 backdrop-blur lg:hidden">
      <div className="flex h-14 items-center justify-between px-4">
        <Link href={paths.create} className="flex min-h-11 items-center gap-2 font-semibold">
          <Logo className="size-8" />
          {appName}
        </Link>
        <BalancePill />
      </div>
    </header>
  );
}

function SideRail({ appName, onShortcuts }: { appName: string; onShortcuts: () => void }) {
  const { t } = useTranslation();
  const owner = useIsOwner();
  return (
    <header className="fixed inset-y-0 left-0 z-30 hidden w-20 flex-col items-center gap-6 border-r border-line bg-surface py-4 lg:flex">
      <Link
        href={paths.create}
        aria-label={appName}
        title={appName}
        className="grid size-12 place-items-center rounded-lg"
      >
        <Logo className="size-10" />
      </Link>
      <nav aria-label={t("common.nav.label")} className="grid gap-1">
        {(owner ? [...PAGES, VENDORS] : PAGES).map((page) => (
          <NavLink key={page.to} {...page} className="size-16 rounded-lg" />
        ))}
      </nav>
      <div className="mt-auto grid justify-items-center gap-2">
        <IconButton label={t("common.shortcuts.title")} aria-keyshortcuts="?" onClick={onShortcuts}>
          <Keyboard aria-hidden className="size-5" strokeWidth={1.7} />
        </IconButton>
        <BalancePill narrow />
      </div>
    </header>
  );
}

function BottomTabs() {
  const { t } = useTranslation();
  return (
    <nav
      aria-label={t("common.nav.label")}
      className="pad-safe-bottom fixed inset-x-0 bottom-0 z-30 border-t border-line bg-surface lg:hidden"
    >
      <div className="grid h-14 grid-cols-4">
        {PAGES.map((page) => (
          <NavLink key={page.to} {...page} className="h-full" />
        ))}
      </div>
    </nav>
  );
}

type NavLinkProps = ((typeof PAGES)[number] | typeof VENDORS) & { className: string };

function NavLink({ to, label, icon: Icon, className }: NavLinkProps) {
  const { t } = useTranslation();
  const [here] = useRoute(to);
  return (
    <Link
      href={to}
      aria-current={here ? "page" : undefined}
      className={clsx(
        "flex flex-col items-center justify-center gap-1 text-xs transition-colors",
        here
          ? "font-medium text-cinnabar-ink lg:bg-cinnabar-wash"
          : "text-soft hover:text-ink lg:hover:bg-sunken",
        className,
      )}
    >
      <Icon aria-hidden className="size-5.5" strokeWidth={1.7} />
      {t(label)}
    </Link>
  );
}

/** Always in sight: what one has. Its width is reserved so that a changing number moves nothing. */
function BalancePill({ narrow = false }: { narrow?: boolean }) {
  const { t, language } = useTranslation();
  const { data } = useQuery(creditsQuery);
  const count = data?.credits ?? 0;
  const credits = data ? formatNumber(count, language) : "–";
  const short = data?.unlimited ? "∞" : credits;
  return (
    <Link
      href={paths.credits()}
      aria-label={data?.unlimited ? t("common.unlimited") : t("common.balanceLabel", { count, credits })}
      className={clsx(
        "flex items-center justify-center gap-1.5 rounded-full border border-line bg-surface text-sm font-medium tabular-nums hover:bg-sunken",
        narrow
          ? "min-h-9 max-w-20 min-w-16 flex-wrap gap-x-1 gap-y-0 px-1.5 py-1 text-xs! pointer-coarse:min-h-11"
          : "min-h-11 min-w-20 px-3",
      )}
    >
      <Coins aria-hidden className="size-4 text-amber" />
      {short}
    </Link>
  );
}
