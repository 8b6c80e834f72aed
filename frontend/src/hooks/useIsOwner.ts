import { useQuery } from "@tanstack/react-query";
import { meQuery } from "@/services/queries";

/** Whether the visitor runs this server; what only an operator can mend is said to nobody else. */
export function useIsOwner(): boolean {
  return useQuery(meQuery).data?.role === "owner";
}
