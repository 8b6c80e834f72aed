// Makes an npm lock file valid on every platform: `node scripts/fix-npm-lock.mjs [lock file …]`.
//
// A registry that serves only some platforms' binary packages makes npm leave the others out of the lock file,
// and `npm ci` then refuses it ("Missing: … from lock file"). Such a package is always an optional dependency
// whose name carries its platform, so its entry can be written from its parent's entry alone. Registry addresses
// are taken out as well: everybody installs from the registry that they have configured.
import { readFileSync, writeFileSync } from "node:fs";

// Words in package names, and the values of npm's os, cpu and libc fields that they stand for.
const OS = {
  ...{ aix: "aix", android: "android", darwin: "darwin", freebsd: "freebsd", fsevents: "darwin", linux: "linux" },
  ...{ netbsd: "netbsd", openbsd: "openbsd", openharmony: "openharmony", sunos: "sunos", win32: "win32" },
  ...{ windows: "win32" },
};
const CPU = {
  ...{ 32: "ia32", 64: "x64", arm: "arm", arm64: "arm64", armv7: "arm", ia32: "ia32", loong64: "loong64" },
  ...{ mips64el: "mips64el", ppc64: "ppc64", ppc64le: "ppc64", riscv64: "riscv64", s390x: "s390x" },
  ...{ wasm32: "wasm32", x64: "x64" },
};
const LIBC = { gnu: "glibc", musl: "musl" };

/** The lock entry of a platform package, its keys in npm's own order so that the next `npm install` is quiet. */
function platformEntry(name, version, parent) {
  const words = name.split(/[^a-z0-9]+/);
  const pick = (table) => words.map((word) => table[word]).filter(Boolean);
  const [os, cpu, libc] = [pick(OS), pick(CPU), pick(LIBC)];
  if (os.length + cpu.length === 0) {
    throw new Error(`${name} is missing and its name tells no platform: add its word to scripts/fix-npm-lock.mjs`);
  }
  return {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(parent.dev && { dev: true }),
    ...(parent.devOptional && { devOptional: true }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}

/** Where Node looks for `name` from the package at `path`: nearest first, the root's folder last. */
function lookups(path, name) {
  const folders = [];
  for (let folder = path; folder; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
    folders.push(`${folder}/`);
  }
  return [...folders, ""].map((folder) => `${folder}node_modules/${name}`);
}

/** Adds an entry for each optional dependency that has none; returns how many. */
function addMissing(packages) {
  let added = 0;
  for (const [path, parent] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(parent.optionalDependencies ?? {})) {
      const version = range.replace(/^[\^~=]/, "");
      const places = lookups(path, name);
      const found = places.find((place) => packages[place]);
      // Binary packages are pinned to their parent's version; whether a range fits is npm's own business.
      if (found && (version !== range || packages[found].version === version)) continue;
      packages[found ? places[0] : places.at(-1)] = platformEntry(name, version, parent);
      added += 1;
    }
  }
  return added;
}

const files = process.argv.slice(2);
for (const file of files.length > 0 ? files : ["frontend/package-lock.json"]) {
  const lock = JSON.parse(readFileSync(file, "utf8"));
  for (const entry of Object.values(lock.packages)) {
    if (/^https?:/.test(entry.resolved ?? "")) delete entry.resolved;
  }
  const added = addMissing(lock.packages);
  const paths = Object.keys(lock.packages).sort((a, b) => a.localeCompare(b, "en"));
  lock.packages = Object.fromEntries(paths.map((path) => [path, lock.packages[path]]));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${file}: ${added} added`);
}
