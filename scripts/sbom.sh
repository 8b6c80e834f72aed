#!/usr/bin/env bash
# What the program is made of, as CycloneDX lists: scripts/sbom.sh [FOLDER]   (default target/sbom)
# rust.cdx.json has the crates that are compiled in, page.cdx.json the packages of the page. No scanner of images can see
# either in a compiled program; what else is in the image, docker buildx build --sbom=true lists.
# Needs cargo-sbom (cargo install cargo-sbom@0.10.0 --locked) and npm 10.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib/say.sh

FOLDER="${1:-target/sbom}"
if ! cargo sbom --version >/dev/null 2>&1; then
  die 'cargo-sbom is missing: cargo install cargo-sbom@0.10.0 --locked' '缺少 cargo-sbom：cargo install cargo-sbom@0.10.0 --locked'
fi
mkdir -p "$FOLDER"
cargo sbom --cargo-package danqing --output-format cyclone_dx_json_1_6 >"$FOLDER/rust.cdx.json"
npm sbom --prefix frontend --omit dev --package-lock-only --sbom-format cyclonedx >"$FOLDER/page.cdx.json"
for file in rust page; do
  # shellcheck disable=SC2016 # for Node, not for the shell
  node -e 'const { components } = JSON.parse(require("fs").readFileSync(process.argv[1])); console.log(`${process.argv[1]}: ${components.length}`)' \
    "$FOLDER/$file.cdx.json"
done
