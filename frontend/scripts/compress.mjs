// Puts a brotli form beside every text file of the build, so that the server compresses nothing while it answers.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const texts = new Set([".css", ".html", ".js", ".json", ".svg", ".webmanifest"]);
const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };

// The build's own list of files is of no use to a browser.
rmSync(join(dist, ".vite"), { recursive: true, force: true });
for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  if (entry.isFile() && texts.has(extname(entry.name))) {
    writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file), { params }));
  }
}
