/** What the form of an account holds, and what of it is sent. */
import type { CredentialBody, TestBody } from "@/services/providers";
import type { ProviderCredential } from "@/types/api";

export type CredentialValues = {
  apiKey: string;
  baseUrl: string;
  label: string;
  proxy: string;
  webhookSecret: string;
  weight: string;
  concurrency: string;
  /** What is stored and is to be taken away. */
  dropped: Secret[];
};

/** What is written and never read back. */
export type Secret = "proxy" | "webhookSecret";
export type ValueName = Exclude<keyof CredentialValues, "dropped">;

export function valuesOf(credential: ProviderCredential | undefined): CredentialValues {
  return {
    apiKey: "",
    baseUrl: credential?.baseUrl ?? "",
    label: credential?.label ?? "",
    // What is secret is written only.
    proxy: "",
    webhookSecret: "",
    weight: String(credential?.weight ?? 1),
    concurrency: credential?.concurrency ? String(credential.concurrency) : "",
    dropped: [],
  };
}

/** With something that is stored taken away, or left where it is after all. */
export function withDropped(values: CredentialValues, name: Secret): CredentialValues {
  const others = values.dropped.filter((other) => other !== name);
  const dropped = others.length === values.dropped.length ? [...others, name] : others;
  return { ...values, [name]: "", dropped };
}

/** Everything that was filled in, or for an account that exists everything that differs. */
export function bodyOf(values: CredentialValues, credential: ProviderCredential | undefined): CredentialBody {
  const before = valuesOf(credential);
  const differs = (name: ValueName) => values[name].trim() !== before[name];
  const body: CredentialBody = {};
  if (values.apiKey.trim()) body.apiKey = values.apiKey.trim();
  for (const name of ["proxy", "webhookSecret"] as const) {
    if (values[name].trim()) body[name] = values[name].trim();
    else if (values.dropped.includes(name)) body[name] = null;
  }
  if (differs("baseUrl")) body.baseUrl = values.baseUrl.trim() || null;
  if (differs("label") && values.label.trim()) body.label = values.label.trim();
  if (differs("weight")) body.weight = Number(values.weight) || 0;
  if (differs("concurrency"))
    body.concurrency = values.concurrency.trim() ? Number(values.concurrency) : null;
  return body;
}

/**
 * A test of what was typed before it is kept; null when the key lies with the server already. Of an account that exists the
 * server knows the rest, such as a proxy whose address is written only.
 */
export function trialOf(
  values: CredentialValues,
  credential: ProviderCredential | undefined,
): TestBody | null {
  const { apiKey, baseUrl, proxy } = bodyOf(values, credential);
  if (!apiKey && (credential || !baseUrl)) return null;
  return {
    ...(credential && { credentialId: credential.id }),
    ...(apiKey && { apiKey }),
    ...(baseUrl !== undefined && { baseUrl }),
    ...(proxy !== undefined && { proxy }),
  };
}
