#!/usr/bin/env bash
# Development: scripts/dev.sh (npm run dev, pnpm dev)
# The page with hot reload on PORT (3000), the back end behind it on the next port, rebuilt and restarted when a file
# of backend/, crates/ or catalogue/ changes. Ctrl-C stops both.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib/say.sh
. scripts/lib/settings.sh
. scripts/lib/tools.sh
. scripts/lib/ports.sh

PORT="$(setting PORT 3000)"
BACK_PORT=$((PORT + 1))
# Links and cookies belong to the address that people open, which is the page's.
DOMAIN="$(setting DOMAIN "http://localhost:$PORT")"
export PORT DOMAIN DANQING_BACKEND="http://127.0.0.1:$BACK_PORT"
BINARY="${CARGO_TARGET_DIR:-target}/debug/danqing"
STAMP="$(mktemp)"
SERVER=''
VITE=''

finish() {
  stop_server
  if [ -n "$VITE" ]; then kill "$VITE" 2>/dev/null || true; fi
  wait
  rm -f "$STAMP"
}

# Three seconds to end by itself: an open event stream may hold it longer, and it resumes from a kill anyway.
stop_server() {
  [ -n "$SERVER" ] || return 0
  kill "$SERVER" 2>/dev/null || true
  for _ in $(seq 30); do
    kill -0 "$SERVER" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$SERVER" 2>/dev/null || true
  wait "$SERVER" 2>/dev/null || true
  SERVER=''
}

# Folders count too: their time changes when a file is deleted.
changed() {
  [ -n "$(find Cargo.toml Cargo.lock backend crates catalogue -newer "$STAMP" -print -quit)" ]
}

build_and_restart() {
  touch "$STAMP" # before the build: what is saved while it runs is built next
  if cargo build --bin danqing; then
    stop_server
    "$BINARY" serve --host 127.0.0.1 --port "$BACK_PORT" &
    SERVER=$!
  else
    say 'it does not compile; the last version goes on running' '编译失败；继续运行上一个版本'
  fi
}

require_port "$PORT"
require_port "$BACK_PORT"
scripts/setup.sh --base
mkdir -p frontend/dist # the embedding macro wants the folder; the page itself comes from Vite
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
env -C frontend node_modules/.bin/vite &
VITE=$!
build_and_restart
while kill -0 "$VITE" 2>/dev/null; do
  if changed; then build_and_restart; fi
  sleep 1
done
