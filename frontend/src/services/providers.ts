/** The vendors and the operator's accounts with them. Keys go to the server and never come back. */
import type { components } from "@shared/client/schema";
import { api, unwrap } from "@/services/api";
import type { Provider, ProviderCredential, ProviderTest } from "@/types/api";

export type CredentialBody = components["schemas"]["CredentialRequest"];
/** A stored account, a key before it is kept, or a new key of a stored account; nothing means what the settings give. */
export type TestBody = components["schemas"]["ProviderTestRequest"];

export async function listProviders(signal?: AbortSignal): Promise<Provider[]> {
  return (await unwrap(api.GET("/api/admin/providers", { ...(signal && { signal }) }))).items;
}

export function addCredential(provider: string, body: CredentialBody): Promise<ProviderCredential> {
  const params = { path: { provider } };
  return unwrap(api.POST("/api/admin/providers/{provider}/credentials", { params, body }));
}

export function changeCredential(
  provider: string,
  id: string,
  body: CredentialBody,
): Promise<ProviderCredential> {
  const params = { path: { provider, id } };
  return unwrap(api.PATCH("/api/admin/providers/{provider}/credentials/{id}", { params, body }));
}

export async function removeCredential(provider: string, id: string): Promise<void> {
  const params = { path: { provider, id } };
  await unwrap(api.DELETE("/api/admin/providers/{provider}/credentials/{id}", { params }));
}

/** Costs nothing at any vendor. */
export function testProvider(provider: string, body: TestBody): Promise<ProviderTest> {
  const params = { path: { provider } };
  return unwrap(api.POST("/api/admin/providers/{provider}/test", { params, body }));
}

/** Whom a reader meets first: vendors of China in Chinese, the others in English; servers of one's own come last. */
export function inReadersOrder(providers: Provider[], language: string): Provider[] {
  const nearest = language.startsWith("zh") ? "china" : "abroad";
  const rank = ({ needs, market }: Provider) => (needs === "address" ? 2 : market === nearest ? 0 : 1);
  return [...providers].sort((one, other) => rank(one) - rank(other));
}
