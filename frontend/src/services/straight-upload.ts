/** Sends a picture straight to the bucket, by a link from the server. */
import { api, unwrap } from "@/services/api";
import { isCode, isTransient } from "@/services/errors";
import { type SendOptions, sendBody } from "@/services/send-body";
import type { StoredFile } from "@/types/api";
import { STRAIGHT_PATIENCE } from "@/utils/constants";
import { typeOf } from "@/utils/validation";

/**
 * `refused`: something keeps this browser from the bucket, such as a missing rule for this site or a network that blocks
 * it or swallows what is sent there. `crowded`: too many uploads were begun and given up. Either way the server's own way is open.
 */
type Answer = StoredFile | "refused" | "crowded";

export async function uploadStraight(file: File, options: SendOptions): Promise<Answer> {
  const { signal } = options;
  const body = { name: file.name, mime: await typeOf(file), sizeBytes: file.size };
  try {
    const { id, ...link } = await unwrap(api.POST("/api/uploads/presign", { body, signal }));
    if (!(await arrives({ ...link, body: file }, options))) return "refused";
    return await complete(id, signal);
  } catch (reason) {
    if (isCode(reason, "too_many_uploads")) return "crowded";
    throw reason;
  }
}

/** Asked again when the answer was lost on the way: the file is the same. */
async function complete(id: string, signal?: AbortSignal): Promise<StoredFile> {
  const ask = () => unwrap(api.POST("/api/uploads/{id}/complete", { params: { path: { id } }, signal }));
  try {
    return await ask();
  } catch (reason) {
    if (!isTransient(reason)) throw reason;
    return ask();
  }
}

async function arrives(message: Parameters<typeof sendBody>[0], options: SendOptions): Promise<boolean> {
  try {
    const { status } = await sendBody(message, options, STRAIGHT_PATIENCE);
    return status >= 200 && status < 300;
  } catch (reason) {
    // Without any network the other way is no way either.
    if (isCode(reason, "aborted") || !navigator.onLine) throw reason;
    return false;
  }
}
