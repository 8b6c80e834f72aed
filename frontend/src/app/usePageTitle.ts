/** The tab's title: the page, the studio's name, and how many results wait while one looks elsewhere. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { useTranslation } from "@/locales/i18n";
import { paths } from "@/services/paths";
import { appQuery } from "@/services/queries";
import { onTaskSettled } from "@/services/task-cache";

const TITLES = {
  "/": "create.title",
  "/history": "tasks.history",
  "/credits": "credits.title",
  "/account": "account.title",
  [paths.providers]: "admin.providers.title",
  [paths.doctor]: "admin.doctor.title",
  [paths.firstKey]: "admin.first.title",
  "/login": "account.login.title",
  "/register": "account.register.title",
  "/setup": "account.setup.title",
  "/forgot-password": "account.forgot.title",
  "/reset-password": "account.reset.title",
  "/verify-email": "account.verify.title",
  "/change-email": "account.change.title",
} as const;

export function usePageTitle() {
  const { t } = useTranslation();
  const [pathname] = useLocation();
  const { data: app } = useQuery(appQuery);
  const waiting = useUnseenResults();
  const key = Object.entries(TITLES).find(([path]) => path === pathname)?.[1] ?? "tasks.history";
  useEffect(() => {
    const badge = waiting > 0 ? `(${waiting}) ` : "";
    // The words of a page come with it.
    const page = t(key) === key ? "" : `${t(key)} · `;
    document.title = `${badge}${page}${app?.name ?? "丹青"}`;
  }, [t, key, waiting, app?.name]);
}

function useUnseenResults(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const stopListening = onTaskSettled((task) => {
      if (document.hidden && task.status !== "cancelled") setCount((unseen) => unseen + 1);
    });
    const seen = () => {
      if (!document.hidden) setCount(0);
    };
    document.addEventListener("visibilitychange", seen);
    return () => {
      stopListening();
      document.removeEventListener("visibilitychange", seen);
    };
  }, []);
  return count;
}
