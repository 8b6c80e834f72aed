/** The doctor, who looks at everything that the studio needs. */
import type { components } from "@shared/client/schema";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/services/api";

export type DoctorLine = components["schemas"]["DoctorLine"];

/** Not asked again by itself, for it tests every vendor. Here and not with the other reads, so that the first load is without it. */
export const doctorQuery = (language: string) =>
  queryOptions({
    queryKey: ["doctor", language],
    queryFn: ({ signal }) => unwrap(api.GET("/api/admin/doctor", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    retry: false,
  });
