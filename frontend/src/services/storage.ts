/** Takes pictures to the server, or straight to its bucket, and away from it. */
import { api, refreshSession, unwrap } from "@/services/api";
import { ApiError, errorFromAnswer } from "@/services/errors";
import { type SendOptions, sendBody } from "@/services/send-body";
import type { StoredFile } from "@/types/api";
import { SAVE_GAP_MS } from "@/utils/constants";

let straight = false;

/** Whether pictures may go straight to the bucket: the server says so when it tells about itself. */
export function allowStraightUploads(allowed: boolean): void {
  straight = allowed;
}

type Listener = () => void;
const detourListeners = new Set<Listener>();

/** Tells once that the bucket refuses this browser, so that pictures go through the server. */
export function onDetour(listener: Listener): () => void {
  detourListeners.add(listener);
  return () => detourListeners.delete(listener);
}

export async function uploadFile(file: File, options: SendOptions = {}): Promise<StoredFile> {
  if (straight) {
    const { uploadStraight } = await import("@/services/straight-upload");
    const answer = await uploadStraight(file, options);
    if (typeof answer === "object") return answer;
    if (answer === "refused") takeDetour();
  }
  return uploadThroughServer(file, options);
}

/** Whatever keeps this browser from the bucket will do so again; the next visit tries anew. */
function takeDetour() {
  if (!straight) return;
  straight = false;
  for (const listener of detourListeners) listener();
}

async function uploadThroughServer(file: File, options: SendOptions): Promise<StoredFile> {
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

async function send(file: File, options: SendOptions): Promise<StoredFile> {
  const body = new FormData();
  body.append("file", file, file.name);
  const headers = { "Accept-Language": document.documentElement.lang || "zh-CN" };
  const request = await sendBody({ method: "POST", url: "/api/uploads", headers, body }, options);
  const answer: { files?: StoredFile[] } | null = request.response;
  const stored = request.status === 201 ? answer?.files?.[0] : null;
  if (stored) return stored;
  throw errorFromAnswer(request.status, answer, request.getResponseHeader("X-Request-Id"));
}
