/**
 * Holds the direction of imports: features meet only in app/, primitives in components/ui know nothing
 * of the server, services know nothing of components, and tests' helpers stay out of the product.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../src", import.meta.url));
const MAX_LINES = 500;

/** Folder → folders it must not import from. */
const FORBIDDEN = {
  "components/ui": [
    "services",
    "hooks",
    "features",
    "app",
    "types",
    "components/common",
    "components/forms",
    "components/results",
  ],
  components: ["features", "app"],
  hooks: ["features", "app", "components"],
  services: ["features", "app", "components", "hooks", "locales"],
  utils: ["features", "app", "components", "hooks", "services", "locales"],
  features: ["app"],
};

const problems = [];
for (const file of readdirSync(root, { recursive: true, encoding: "utf8" })) {
  if (!/\.tsx?$/.test(file)) continue;
  const text = readFileSync(join(root, file), "utf8");
  const lines = text.split("\n").length;
  if (lines > MAX_LINES) problems.push(`${file}: ${lines} lines, the most is ${MAX_LINES}`);
  const isTest = /\.test\.tsx?$/.test(file);
  for (const [, specifier] of text.matchAll(/(?:from|import\()\s*["']([^"']+)["']/g)) {
    const target = place(file, specifier);
    if (target) judge(file, target, isTest);
  }
}

function place(file, specifier) {
  if (specifier.startsWith("@/")) return specifier.slice(2);
  if (specifier.startsWith(".")) return relative(root, resolve(root, dirname(file), specifier));
  return null;
}

function judge(file, target, isTest) {
  for (const [folder, forbidden] of Object.entries(FORBIDDEN)) {
    if (isTest || !file.startsWith(`${folder}/`)) continue;
    const hit = forbidden.find((other) => target === other || target.startsWith(`${other}/`));
    if (hit) problems.push(`${file}: ${folder} must not import ${target}`);
  }
  const feature = /^features\/([^/]+)\//.exec(file)?.[1];
  const other = /^features\/([^/]+)\//.exec(target)?.[1];
  if (feature && other && feature !== other)
    problems.push(`${file}: feature ${feature} must not import feature ${other}`);
  if (!isTest && !file.startsWith("testing/") && target.startsWith("testing/")) {
    problems.push(`${file}: the product must not import test helpers`);
  }
}

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log("imports point the right way");
