/**
 * Browser tests against the real binary: `node e2e/run.mjs [part of a file name …]`. Each file runs in a process
 * of its own: those in which speed is what is tested one after the other, and then the others, which wait more than they
 * compute, two at a time. The last line is `N passed, N failed`. Settings: DANQING_BIN (default: the debug build), CHROMIUM (default: /usr/bin/chromium).
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

/** Measures seconds or milliseconds. */
const isAboutSpeed = (name) =>
  ["01-first-picture", "02-reattach", "10-budgets"].some((file) => name.startsWith(file));

let passed = 0;
let failed = 0;
await runAll(files.filter(isAboutSpeed), 1);
await runAll(
  files.filter((name) => !isAboutSpeed(name)),
  2,
);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function runAll(names, concurrency) {
  if (names.length === 0) return;
  const events = run({ files: names.map((name) => folder + name), concurrency, timeout: FILE_LIMIT_MS });
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
  const ended = new Promise((resolve) => {
    events.on("end", resolve);
  });
  events.resume();
  await ended;
}

function isFile(name, details) {
  return details?.type === "suite" || name.endsWith(".test.mjs");
}

function seconds(details) {
  return `${((details?.duration_ms ?? 0) / 1000).toFixed(1)} s`;
}
