/** The life of an account: forgotten and changed passwords, addresses, and where one is logged in. */
import type { components } from "@shared/client/schema";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/services/api";

export type Session = components["schemas"]["Session"];
/** What a link that came by mail is good for. */
export type LinkPurpose = "verify-email" | "change-email";

export async function forgotPassword(email: string): Promise<void> {
  await unwrap(api.POST("/api/auth/forgot-password", { body: { email } }));
}

export async function resetPassword(token: string, password: string): Promise<void> {
  await unwrap(api.POST("/api/auth/reset-password", { body: { token, password } }));
}

export async function confirmLink(purpose: LinkPurpose, token: string): Promise<void> {
  await unwrap(api.POST(`/api/auth/${purpose}`, { body: { token } }));
}

export async function sendVerification(): Promise<void> {
  await unwrap(api.POST("/api/me/verification"));
}

export async function changePassword(currentPassword: string, password: string): Promise<void> {
  await unwrap(api.POST("/api/me/password", { body: { currentPassword, password } }));
}

export async function changeEmail(currentPassword: string, email: string): Promise<void> {
  await unwrap(api.POST("/api/me/email", { body: { currentPassword, email } }));
}

/** Here and not with the other reads, so that the first load is without it. */
export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: async ({ signal }) => (await unwrap(api.GET("/api/me/sessions", { signal }))).items,
  staleTime: 0,
});

export async function endSession(id: string): Promise<void> {
  await unwrap(api.DELETE("/api/me/sessions/{id}", { params: { path: { id } } }));
}
