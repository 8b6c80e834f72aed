#!/usr/bin/env bash
# Regenerates what is generated from the code: scripts/gen.sh [--check]
# shared/openapi.json comes from the handlers, shared/client/schema.d.ts from that document. With --check nothing is
# written; differences are shown and the exit code tells.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DANQING_PROFILE=dev
. scripts/lib/say.sh
. scripts/lib/tools.sh
. scripts/lib/frontend.sh
. scripts/lib/backend.sh

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
frontend_install
build_binary
"$(binary)" openapi >"$work/openapi.json"
frontend/node_modules/.bin/openapi-typescript "$work/openapi.json" -o "$work/schema.d.ts" >/dev/null

if [ "${1:-}" = --check ]; then
  code=0
  for file in openapi.json client/schema.d.ts; do
    if ! diff -u "shared/$file" "$work/${file##*/}" >"$work/diff"; then
      head -n 60 "$work/diff"
      code=1
    fi
  done
  if [ "$code" -ne 0 ]; then die 'generated files are stale: run scripts/gen.sh' '生成的文件已过期：请运行 scripts/gen.sh'; fi
else
  mkdir -p shared/client
  cp "$work/openapi.json" shared/openapi.json
  cp "$work/schema.d.ts" shared/client/schema.d.ts
fi
