/**
 * Sends one picture to the server with progress. XMLHttpRequest, because fetch still cannot report how
 * much of a body has left the machine.
 */
import { api, refreshSession, unwrap } from "@/services/api";
import { ApiError, errorFromAnswer } from "@/services/errors";
import type { StoredFile } from "@/types/api";
import { SAVE_GAP_MS } from "@/utils/constants";

export type UploadOptions = { onProgress?: (share: number) => void; signal?: AbortSignal };

export async function uploadFile(file: File, options: UploadOptions = {}): Promise<StoredFile> {
  try {
    return await send(file, options);
  } catch (reason) {
    const expired = reason instanceof ApiError && reason.status === 401;
    if (!expired || !(await refreshSession())) throw reason;
    return send(file, options);
  }
}

export function getFile(id: string): Promise<StoredFile> {
  return unwrap(api.GET("/api/files/{id}", { params: { path: { id } } }));
}

/** Saves several files one after the other: browsers drop downloads that begin in the same moment. */
export async function saveFiles(links: string[]): Promise<void> {
  for (const href of links) {
    Object.assign(document.createElement("a"), { href, download: "" }).click();
    await new Promise((resolve) => setTimeout(resolve, SAVE_GAP_MS));
  }
}

function send(file: File, { onProgress, signal }: UploadOptions): Promise<StoredFile> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new ApiError("aborted", 0));
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open("POST", "/api/uploads");
    request.setRequestHeader("Accept-Language", document.documentElement.lang || "zh-CN");
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress?.(event.loaded / event.total);
    };
    request.onload = () => {
      const stored = request.status === 201 ? firstFile(request.response) : null;
      if (stored) resolve(stored);
      else
        reject(errorFromAnswer(request.status, request.response, request.getResponseHeader("X-Request-Id")));
    };
    request.onerror = () => reject(new ApiError("network", 0));
    request.onabort = () => reject(new ApiError("aborted", 0));
    request.onloadend = () => signal?.removeEventListener("abort", abort);
    signal?.addEventListener("abort", abort);
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}

function firstFile(answer: { files?: StoredFile[] } | null): StoredFile | null {
  return answer?.files?.[0] ?? null;
}
