/** What happens once somebody is in, whichever door they took. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useLocation } from "wouter";
import { appQuery, meQuery } from "@/services/queries";
import type { User } from "@/types/user";
import { safeReturnPath } from "@/utils/validation";

export function useEnter() {
  const cache = useQueryClient();
  const [, navigate] = useLocation();
  return useCallback(
    (user: User, next?: string | null) => {
      cache.setQueryData(appQuery.queryKey, (app) => app && { ...app, setupRequired: false });
      cache.setQueryData(meQuery.queryKey, user);
      navigate(safeReturnPath(next), { replace: true });
    },
    [cache, navigate],
  );
}
