/**
 * The HTTP client: typed by the generated schema, cookies only, one refresh on a 401. Addresses are
 * relative, so the page talks to whatever host served it.
 */
import type { paths } from "@shared/client/schema";
import createClient from "openapi-fetch";
import { errorFromAnswer, toApiError } from "@/services/errors";

export const api = createClient<paths>({
  // Absolute only because Request outside a browser refuses relative addresses.
  baseUrl: location.origin,
  fetch: (request) => fetchWithSession(request),
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The answer's data, or the refusal as an ApiError. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call.catch((reason: unknown) => {
    throw toApiError(reason);
  });
  if (!response.ok) throw errorFromAnswer(response.status, error, response.headers.get("X-Request-Id"));
  return data as T;
}

/** Sends a request in the page's language; on a 401 refreshes the session once and repeats it. */
async function fetchWithSession(request: Request): Promise<Response> {
  request.headers.set("Accept-Language", document.documentElement.lang || "zh-CN");
  const spare = request.clone();
  const answer = await fetch(request);
  if (answer.status !== 401 || new URL(request.url).pathname.startsWith("/api/auth/")) return answer;
  if (!(await refreshSession())) return answer;
  const second = await fetch(spare);
  if (second.status === 401) sessionLost();
  return second;
}

let refreshing: Promise<boolean> | null = null;

/** Renews the session cookie; calls that fail together share one attempt. A lost line is not a lost session. */
export function refreshSession(): Promise<boolean> {
  refreshing ??= fetch("/api/auth/refresh", { method: "POST" })
    .then((answer) => {
      if (answer.status === 401 || answer.status === 403) sessionLost();
      return answer.ok;
    })
    .catch(() => false)
    .finally(() => {
      refreshing = null;
    });
  return refreshing;
}

type Listener = () => void;
const lostListeners = new Set<Listener>();

/** Tells once the server has refused both the session and its renewal. */
export function onSessionLost(listener: Listener): () => void {
  lostListeners.add(listener);
  return () => lostListeners.delete(listener);
}

function sessionLost() {
  for (const listener of lostListeners) listener();
}
