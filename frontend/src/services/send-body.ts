/**
 * Sends a body with progress. XMLHttpRequest, because fetch still cannot report how much of a body has left the machine.
 */
import { ApiError } from "@/services/errors";

export type SendOptions = { onProgress?: (share: number) => void; signal?: AbortSignal };

type Message = { method: string; url: string; headers: Record<string, string>; body: File | FormData };

/** The finished request, whatever its status; a way that failed is an ApiError. */
export function sendBody(
  { method, url, headers, body }: Message,
  { onProgress, signal }: SendOptions,
): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new ApiError("aborted", 0));
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress?.(event.loaded / event.total);
    };
    request.onload = () => resolve(request);
    request.onerror = () => reject(new ApiError("network", 0));
    request.onabort = () => reject(new ApiError("aborted", 0));
    request.onloadend = () => signal?.removeEventListener("abort", abort);
    signal?.addEventListener("abort", abort);
    request.send(body);
  });
}
