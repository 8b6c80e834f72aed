/** The doctor, who looks at everything that the studio needs. */
import type { components } from "@shared/client/schema";
import { api, unwrap } from "@/services/api";

export type DoctorLine = components["schemas"]["DoctorLine"];

export function examine(signal?: AbortSignal): Promise<components["schemas"]["DoctorReport"]> {
  return unwrap(api.GET("/api/admin/doctor", { ...(signal && { signal }) }));
}
