#!/usr/bin/env bash
# How fast the program starts and how much memory it takes at rest: bench/startup.sh [runs]
# Starts target/release/danqing (another with DANQING_BIN) on an empty folder and then on the folder it made; prints
# milliseconds from exec to the first answer of /healthz, and the memory of the idle process (Pss: its own pages, and
# its share of shared ones) before any model is loaded. Figures for docs are taken on a quiet machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

RUNS="${1:-5}"
BIN="$(realpath "${DANQING_BIN:-${CARGO_TARGET_DIR:-target}/release/danqing}")"
PORT="${PORT:-38571}"
# Time in which the allocator and the first housekeeping come to rest.
REST_SECONDS=3
DATA="$(mktemp -d "${TMPDIR:-/tmp}/danqing-startup.XXXXXX")"
SERVER=''

finish() {
  if [ -n "$SERVER" ]; then kill "$SERVER" 2>/dev/null || true; fi
  rm -rf "$DATA"
}
trap finish EXIT

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

# A connection is asked for without a program of its own, which would take longer than the start.
answers() {
  exec 3<>"/dev/tcp/127.0.0.1/$PORT" || return 1
  printf 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
  local status
  read -r status <&3
  exec 3>&-
  [[ "$status" == *" 200 "* ]]
} 2>/dev/null

start() {
  local began
  began="$(milliseconds)"
  (cd "$DATA" && exec env -i DATA_DIR="$DATA/data" PORT="$PORT" "$BIN" serve >"$DATA/log" 2>&1) &
  SERVER=$!
  until answers; do
    kill -0 "$SERVER" 2>/dev/null || { cat "$DATA/log"; exit 1; }
  done
  echo "$1: first answer after $(($(milliseconds) - began)) ms"
}

stop() {
  kill "$SERVER"
  wait "$SERVER" || true
  SERVER=''
}

start 'empty folder'
stop
for run in $(seq "$RUNS"); do
  start "start $run"
  if [ "$run" -lt "$RUNS" ]; then stop; fi
done
sleep "$REST_SECONDS"
awk '/^(Rss|Pss|Private_Dirty):/ { printf "idle %s %.1f MiB\n", $1, $2 / 1024 }' "/proc/$SERVER/smaps_rollup"
printf 'program: %.1f MiB\n' "$(($(stat -c %s "$BIN") * 10 / 1048576))e-1"
stop
