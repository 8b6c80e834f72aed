// Runs already built Rust test binaries of some packages: `node run-test-binaries.mjs MESSAGES package …`.
//
// MESSAGES is what `cargo test --no-run --message-format=json` printed. Asking cargo for a few packages instead would
// select other features for shared dependencies and compile them again. Each binary runs in its package's folder,
// as cargo would run it; all run even if one fails.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";

const [messages, ...packages] = process.argv.slice(2);
const artifacts = readFileSync(messages, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("{"))
  .map((line) => JSON.parse(line))
  .filter((message) => message.reason === "compiler-artifact" && message.profile.test && message.executable);

let failed = packages.length === 0;
for (const name of packages) {
  // Package ids end in `#0.1.0` after a folder of that name, or in `#name@0.1.0`.
  const own = artifacts.filter(({ package_id: id }) => id.includes(`#${name}@`) || id.includes(`/${name}#`));
  if (own.length === 0) {
    console.log(`no test binary of the package ${name}`);
    failed = true;
  }
  for (const { executable, manifest_path: manifest, target } of own) {
    console.log(`\n${name}: ${target.kind} ${target.name}`);
    const folder = dirname(manifest);
    const env = { ...process.env, CARGO_MANIFEST_DIR: folder };
    const { status, signal } = spawnSync(executable, [], { cwd: folder, env, stdio: ["ignore", "inherit", "inherit"] });
    if (status !== 0) {
      console.log(`${target.name} ended with ${signal ?? status}`);
      failed = true;
    }
  }
}
process.exitCode = failed ? 1 : 0;
