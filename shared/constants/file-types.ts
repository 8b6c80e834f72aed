/**
 * The picture types an upload may have. The server decides by the file's own bytes and publishes the
 * list in `/api/app`; these are the defaults of a page that has not asked yet.
 */
export const ACCEPTED_IMAGE_TYPES = ["image/jpeg", "image/png", "image/webp"] as const;

/** Usual file name endings, for the picker and for the words of a refusal. */
export const IMAGE_TYPE_NAMES: Record<string, string> = {
  "image/jpeg": "JPEG",
  "image/png": "PNG",
  "image/webp": "WebP",
  "image/gif": "GIF",
};
