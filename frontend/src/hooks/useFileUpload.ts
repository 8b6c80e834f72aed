/**
 * The upload state machine of one drop zone as a hook. Without a queue of its own to share it makes one,
 * which is emptied (and its uploads cancelled) when the component goes.
 */
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { UploadQueue } from "@/services/upload-queue";
import type { StoredFile } from "@/types/api";

export function useFileUpload(shared?: UploadQueue) {
  const [own] = useState(() => shared ?? new UploadQueue());
  const queue = shared ?? own;
  const items = useSyncExternalStore(queue.subscribe, queue.getItems);

  useEffect(() => {
    if (shared) return;
    return () => own.clear();
  }, [shared, own]);

  const add = useCallback((files: File[]) => queue.add(files), [queue]);
  const remove = useCallback((key: string) => queue.remove(key), [queue]);
  const retry = useCallback((key: string) => queue.retry(key), [queue]);
  const replaceStored = useCallback((files: StoredFile[]) => queue.replaceStored(files), [queue]);

  const stored = items.flatMap((item) => (item.stored ? [item.stored] : []));
  const busy = items.some((item) => item.status === "waiting" || item.status === "uploading");
  return { items, stored, busy, add, remove, retry, replaceStored };
}
