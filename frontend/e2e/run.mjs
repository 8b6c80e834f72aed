/**
 * Browser tests against the real binary: `node e2e/run.mjs [part of a file name …]`. Each file runs in a process
 * of its own, one after the other, because the engine's speed is part of what is tested. The last line is
 * `N passed, N failed`. Settings: DANQING_BIN (default: the debug build), CHROMIUM (default: /usr/bin/chromium).
 */
import { readdirSync } from "node:fs";
import { run } from "node:test";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("tests/", import.meta.url));
/** Longer than the slowest file on a busy machine; what hangs is a failure, not a hang of the whole run. */
const FILE_LIMIT_MS = 400_000;

const wanted = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".test.mjs"))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .sort();

let passed = 0;
let failed = 0;
const events = run({ files: files.map((name) => folder + name), concurrency: 1, timeout: FILE_LIMIT_MS });

events.on("test:pass", ({ name, details }) => {
  if (isFile(name, details)) return;
  passed += 1;
  console.log(`✓ ${name} (${seconds(details)})`);
});
events.on("test:fail", ({ name, details }) => {
  // A file fails with its tests, which have been counted; one that crashed on its own has none to count.
  if (isFile(name, details) && details.error?.failureType === "subtestsFailed") return;
  failed += 1;
  console.log(`✗ ${name} (${seconds(details)})`);
  const cause = details.error?.cause ?? details.error;
  console.log(String(cause?.stack ?? cause).replace(/^/gm, "    "));
});
for (const kind of ["test:stdout", "test:stderr"])
  events.on(kind, ({ message }) => process.stdout.write(message.replace(/^(?=.)/gm, "  ")));
events.on("end", () => {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
});
events.resume();

function isFile(name, details) {
  return details?.type === "suite" || name.endsWith(".test.mjs");
}

function seconds(details) {
  return `${((details?.duration_ms ?? 0) / 1000).toFixed(1)} s`;
}
