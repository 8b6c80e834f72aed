/** Credits for money and for codes. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/services/api";
import type { Payment } from "@/types/api";
import { PAYMENT_POLL_MS, PAYMENTS_PAGE } from "@/utils/constants";

/** Names in it are written in the reader's language, hence the key. */
export const packsQuery = (language: string) =>
  queryOptions({
    queryKey: ["packs", language],
    queryFn: ({ signal }) => unwrap(api.GET("/api/billing/packs", { signal })),
    staleTime: 5 * 60_000,
    placeholderData: keepPreviousData,
  });

export const paymentsQuery = (language: string, offset: number) =>
  queryOptions({
    queryKey: ["payments", "list", language, offset],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/billing/payments", { params: { query: { limit: PAYMENTS_PAGE, offset } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });

/** One payment, asked about until it is decided. */
export const paymentQuery = (id: string) =>
  queryOptions({
    queryKey: ["payments", "one", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/billing/payments/{id}", { params: { path: { id } }, signal })),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && !isUndecided(state.data) ? false : PAYMENT_POLL_MS),
  });

function isUndecided(payment: Payment): boolean {
  return payment.status === "open" || payment.status === "processing";
}

/** Where a pack is paid. */
export async function beginCheckout(pack: string): Promise<string> {
  return (await unwrap(api.POST("/api/billing/checkout", { body: { pack } }))).url;
}

export function redeemCode(code: string) {
  return unwrap(api.POST("/api/billing/redeem", { body: { code } }));
}
