#!/bin/sh
# Thumbnail of a 12-megapixel photo: this project's `imaging` crate against sharp, rounds taken in turn.
# usage: bench/image/run.sh [ROUNDS] [SECONDS]
set -eu
cd "$(dirname "$0")"
[ -d node_modules/sharp ] || npm ci --no-audit --no-fund
cargo build --release -p imaging --example thumbnail_bench
program="${CARGO_TARGET_DIR:-../../target}/release/examples/thumbnail_bench"
photo="$(mktemp --suffix=.jpg)"
trap 'rm -f "$photo"' EXIT
"$program" make "$photo"
node compare.mjs "$program" "$photo" "$@"
