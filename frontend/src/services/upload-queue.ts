/**
 * The pictures of one drop zone and where each stands: waiting, uploading with progress, stored or
 * failed. Lives outside React so that uploads go on while the visitor looks at another page.
 */
import { type ApiError, isUnfitFile, toApiError } from "@/services/errors";
import { uploadFile } from "@/services/storage";
import type { StoredFile } from "@/types/api";
import { PARALLEL_UPLOADS } from "@/utils/constants";

export type UploadItem = {
  key: string;
  name: string;
  sizeBytes: number;
  status: "waiting" | "uploading" | "stored" | "failed";
  /** Share of the bytes that have left this machine, 0..1. */
  progress: number;
  /** Local preview while the server's thumbnail does not exist yet. */
  previewUrl: string | null;
  error: ApiError | null;
  stored: StoredFile | null;
};

/** Refused for good: it takes no place among the pictures to work on. */
export function isRefused({ status, error }: UploadItem): boolean {
  return status === "failed" && error !== null && isUnfitFile(error);
}

type Source = { file: File; abort: AbortController };

export class UploadQueue {
  private items: UploadItem[] = [];
  private readonly sources = new Map<string, Source>();
  private readonly listeners = new Set<() => void>();
  private nextKey = 1;

  readonly getItems = (): UploadItem[] => this.items;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  add(files: File[]): void {
    const added = files.map((file): UploadItem => {
      const key = `u${this.nextKey++}`;
      this.sources.set(key, { file, abort: new AbortController() });
      return {
        key,
        name: file.name,
        sizeBytes: file.size,
        status: "waiting",
        progress: 0,
        previewUrl: URL.createObjectURL(file),
        error: null,
        stored: null,
      };
    });
    this.set([...this.items, ...added]);
    this.pump();
  }

  /** Puts pictures in place that the server already has: a draft after a reload, a result used as input. */
  replaceStored(files: StoredFile[]): void {
    for (const item of this.items) this.release(item);
    this.set(
      files.map((stored) => ({
        key: `u${this.nextKey++}`,
        name: stored.name,
        sizeBytes: stored.sizeBytes,
        status: "stored",
        progress: 1,
        previewUrl: null,
        error: null,
        stored,
      })),
    );
  }

  /** Takes a picture away; an upload under way is cancelled. */
  remove(key: string): void {
    const item = this.items.find((candidate) => candidate.key === key);
    if (!item) return;
    this.release(item);
    this.set(this.items.filter((candidate) => candidate.key !== key));
    this.pump();
  }

  clear(): void {
    this.replaceStored([]);
  }

  retry(key: string): void {
    const source = this.sources.get(key);
    if (!source) return;
    this.sources.set(key, { file: source.file, abort: new AbortController() });
    this.update(key, { status: "waiting", progress: 0, error: null });
    this.pump();
  }

  private pump(): void {
    const running = this.items.filter((item) => item.status === "uploading").length;
    const waiting = this.items.filter((item) => item.status === "waiting");
    for (const item of waiting.slice(0, Math.max(0, PARALLEL_UPLOADS - running))) void this.send(item.key);
  }

  private async send(key: string): Promise<void> {
    const source = this.sources.get(key);
    if (!source) return;
    this.update(key, { status: "uploading" });
    try {
      const stored = await uploadFile(source.file, {
        signal: source.abort.signal,
        onProgress: (progress) => this.update(key, { progress }),
      });
      this.update(key, { status: "stored", progress: 1, stored });
    } catch (reason) {
      const error = toApiError(reason);
      if (error.code !== "aborted") this.update(key, { status: "failed", error });
    }
    this.pump();
  }

  private release(item: UploadItem): void {
    this.sources.get(item.key)?.abort.abort();
    this.sources.delete(item.key);
    if (item.previewUrl) URL.revokeObjectURL(item.previewUrl);
  }

  private update(key: string, change: Partial<UploadItem>): void {
    this.set(this.items.map((item) => (item.key === key ? { ...item, ...change } : item)));
  }

  private set(items: UploadItem[]): void {
    this.items = items;
    for (const listener of this.listeners) listener();
  }
}
