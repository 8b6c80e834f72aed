/**
 * Weighs the first route as a browser loads it: the entry, everything it imports, the style sheets and
 * the heavier of the two languages, each in brotli. Over the budget the build fails.
 */
import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";

const BUDGET_BYTES = 130_000;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

const weigh = (file) => brotliCompressSync(readFileSync(new URL(file, dist))).length;

/** All files that loading `key` pulls in, without what is imported lazily. */
function filesOf(key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const sheet of chunk.css ?? []) seen.add(sheet);
  for (const next of chunk.imports ?? []) filesOf(next, seen);
  return seen;
}

const start = Object.keys(manifest).find((key) => manifest[key].isEntry);
if (!start) throw new Error("the manifest names no entry");
const entry = filesOf(start);
const languages = Object.keys(manifest).filter((key) => /locales\/[^/]+\/bundle\.ts$/.test(key));
const words = Math.max(...languages.map((key) => weigh(manifest[key].file)));
const files = [...entry].map((file) => [file, weigh(file)]);
const total = files.reduce((sum, [, bytes]) => sum + bytes, words);

for (const [file, bytes] of files) console.log(`${String(bytes).padStart(8)}  ${file}`);
console.log(`${String(words).padStart(8)}  the longer language`);
console.log(`${String(total).padStart(8)}  first route in brotli bytes, budget ${BUDGET_BYTES}`);
if (total > BUDGET_BYTES) {
  console.error("The first route is over its budget.");
  process.exit(1);
}
