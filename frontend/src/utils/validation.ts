/**
 * Checks made before anything is sent: files by their own bytes, e-mail and password by the server's
 * rules. The server checks all of it again; these only save a round trip and name the reason early.
 */
import { BYTES_PER_MB } from "@/utils/constants";

export type FileRules = { acceptedTypes: readonly string[]; maxFileSizeMb: number; maxFiles: number };

export type FileRefusal =
  | { name: string; reason: "type"; detected: string | null }
  | { name: string; reason: "size"; sizeBytes: number }
  | { name: string; reason: "empty" }
  | { name: string; reason: "count" };

export type FileCheck = { accepted: File[]; refused: FileRefusal[] };

/** Keeps the first `maxFiles`, then judges each by itself: one bad file never stops a good one. */
export async function checkFiles(files: File[], rules: FileRules): Promise<FileCheck> {
  const kept = files.slice(0, Math.max(0, rules.maxFiles));
  const refused: FileRefusal[] = files
    .slice(kept.length)
    .map((file) => ({ name: file.name, reason: "count" as const }));
  const accepted: File[] = [];
  for (const file of kept) {
    const refusal = await refusalOf(file, rules);
    if (refusal) refused.push(refusal);
    else accepted.push(file);
  }
  return { accepted, refused };
}

async function refusalOf(file: File, rules: FileRules): Promise<FileRefusal | null> {
  if (file.size === 0) return { name: file.name, reason: "empty" };
  const detected = sniffType(await firstBytes(file));
  // Unknown bytes fall back to what the browser says; the server has the last word.
  const type = detected?.mime ?? file.type;
  if (!rules.acceptedTypes.includes(type)) {
    return { name: file.name, reason: "type", detected: detected?.name ?? extension(file.name) };
  }
  if (file.size > rules.maxFileSizeMb * BYTES_PER_MB) {
    return { name: file.name, reason: "size", sizeBytes: file.size };
  }
  return null;
}

/** The type of a file's bytes; of unknown ones what the browser says. */
export async function typeOf(file: File): Promise<string> {
  return sniffType(await firstBytes(file))?.mime ?? file.type;
}

type Sniffed = { mime: string; name: string };

/** The type by magic bytes. HEIC comes from phones with an empty type, so it is known by name here. */
export function sniffType(bytes: Uint8Array): Sniffed | null {
  const ascii = String.fromCharCode(...bytes.slice(0, 16));
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff)
    return { mime: "image/jpeg", name: "JPEG" };
  if (ascii.startsWith("\x89PNG\r\n\x1a\n")) return { mime: "image/png", name: "PNG" };
  if (ascii.startsWith("RIFF") && ascii.slice(8, 12) === "WEBP") return { mime: "image/webp", name: "WebP" };
  if (ascii.startsWith("GIF8")) return { mime: "image/gif", name: "GIF" };
  if (ascii.slice(4, 8) === "ftyp") return sniffContainer(ascii.slice(8, 12));
  if (ascii.startsWith("%PDF")) return { mime: "application/pdf", name: "PDF" };
  if (ascii.startsWith("BM")) return { mime: "image/bmp", name: "BMP" };
  if (ascii.startsWith("II*\0") || ascii.startsWith("MM\0*")) return { mime: "image/tiff", name: "TIFF" };
  if (/^\s*<(svg|\?xml)/i.test(ascii)) return { mime: "image/svg+xml", name: "SVG" };
  return null;
}

function sniffContainer(brand: string): Sniffed | null {
  if (brand === "avif" || brand === "avis") return { mime: "image/avif", name: "AVIF" };
  const heic = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"];
  if (heic.includes(brand)) return { mime: "image/heic", name: "HEIC" };
  return { mime: "video/mp4", name: "MP4" };
}

async function firstBytes(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, 32).arrayBuffer());
}

function extension(name: string): string | null {
  const match = /\.([A-Za-z0-9]{1,8})$/.exec(name);
  return match?.[1]?.toUpperCase() ?? null;
}

const PASSWORD_MIN = 8;
const PASSWORD_MAX = 128;

/** The server's rule: 8 to 128 characters, nothing else; counted as people count them. */
export function isPasswordLongEnough(password: string): boolean {
  const length = [...password].length;
  return length >= PASSWORD_MIN && length <= PASSWORD_MAX;
}

export function looksLikeEmail(email: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(email.trim());
}

/** A place inside this site to return to after logging in; anything else would be an open redirect. */
export function safeReturnPath(path: unknown): string {
  if (typeof path !== "string" || !path.startsWith("/") || path.startsWith("//") || path.includes("\\"))
    return "/";
  return path;
}
