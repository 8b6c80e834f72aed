/** Pictures to upload: real photos of the repository, and PNG files of any size made here. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { crc32, deflateSync } from "node:zlib";

export const CHELSEA = fileURLToPath(
  new URL("../../../crates/imaging/tests/photos/chelsea.png", import.meta.url),
);
export const CHELSEA_SIZE = { width: 451, height: 300 };

/** The photo as an upload with a name of its own. */
export function chelsea(name = "chelsea.png") {
  return { name, mimeType: "image/png", buffer: readFileSync(CHELSEA) };
}

/** A picture with some structure, so that the engine has real work; `seed` makes each file another. */
export function madePicture(name, { width = 64, height = 48, seed = 0 } = {}) {
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * (width * 3 + 1) + 1 + x * 3;
      const wave = Math.sin((x + seed) / 19) * Math.cos(y / 23);
      rows[at] = 128 + 120 * wave;
      rows[at + 1] = (x * 255) / width;
      rows[at + 2] = (y * 255) / height;
    }
  }
  return { name, mimeType: "image/png", buffer: png(width, height, rows) };
}

function png(width, height, rows) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "ascii"), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
