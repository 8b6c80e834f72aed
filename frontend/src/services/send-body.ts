/**
 * Sends a body with progress. XMLHttpRequest, because fetch still cannot report how much of a body has left the machine.
 */
import { ApiError } from "@/services/errors";

export type SendOptions = { onProgress?: (share: number) => void; signal?: AbortSignal };

/** How long nothing may leave, in milliseconds: before the first bytes do, and between any two until the last have. */
export type Patience = { first: number; next: number };

type Message = { method: string; url: string; headers: Record<string, string>; body: File | FormData };

/** The finished request, whatever its status; a way that failed, or on which nothing goes, is an ApiError. */
export function sendBody(
  { method, url, headers, body }: Message,
  { onProgress, signal }: SendOptions,
  patience?: Patience,
): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new ApiError("aborted", 0));
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    let silence: ReturnType<typeof setTimeout> | undefined;
    const giveUp = () => {
      reject(new ApiError("network", 0));
      abort();
    };
    const wait = (milliseconds?: number) => {
      clearTimeout(silence);
      if (milliseconds !== undefined) silence = setTimeout(giveUp, milliseconds);
    };
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      wait(patience?.next);
      if (event.lengthComputable && event.total > 0) onProgress?.(event.loaded / event.total);
    };
    // All has left: how long the answer takes says nothing of the way.
    request.upload.onload = () => wait();
    request.onload = () => resolve(request);
    request.onerror = () => reject(new ApiError("network", 0));
    request.onabort = () => reject(new ApiError("aborted", 0));
    request.onloadend = () => {
      wait();
      signal?.removeEventListener("abort", abort);
    };
    signal?.addEventListener("abort", abort);
    wait(patience?.first);
    request.send(body);
  });
}
