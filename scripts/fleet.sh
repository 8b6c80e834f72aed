#!/usr/bin/env bash
# A whole fleet on this machine, for trying: scripts/fleet.sh [--port N]   (default 3000)
# Two API nodes and two workers over PostgreSQL, Redis and a bucket that verifies signatures, with nginx in front, all on
# loopback. Prints the address, the set-up link and the process of each node; a node that is killed is started again.
# Ctrl-C ends all of it, and nothing is kept. DANQING_PROFILE=release takes that build of the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib/say.sh
. scripts/lib/tools.sh
. scripts/lib/ports.sh
. scripts/lib/frontend.sh
. scripts/lib/backend.sh
. scripts/lib/services.sh
. scripts/lib/fleet.sh

usage() { die 'usage: scripts/fleet.sh [--port N]' '用法：scripts/fleet.sh [--port N]'; }

PORT=3000
if [ $# -gt 0 ]; then
  if [ "$1" != --port ] || ! [[ "${2:-}" =~ ^[0-9]{1,5}$ ]] || [ $# -gt 2 ]; then usage; fi
  PORT="$2"
fi
require_port "$PORT"

finish() {
  trap '' INT TERM HUP
  stop_fleet
  stop_services
  rm -rf "$FLEET"
}

# What a node must know, besides its own DATA_DIR. Secrets are drawn for this run.
settings() {
  local name
  export DOMAIN="http://localhost:$PORT" TRUSTED_PROXIES=127.0.0.1 LOG_LEVEL="${LOG_LEVEL:-info}"
  export DATABASE_URL="$TEST_POSTGRES_URL" REDIS_URL="$TEST_REDIS_URL"
  for name in JWT_SECRET ENCRYPTION_KEY WEBHOOK_SECRET; do
    export "$name=$(head -c 32 /dev/urandom | base64)"
  done
}

await_ready() {
  for _ in $(seq 300); do
    if curl --silent --fail --output /dev/null "http://127.0.0.1:$PORT/readyz"; then return 0; fi
    sleep 0.1
  done
  tail -n 20 "$FLEET"/logs/* >&2
  die 'the fleet did not start' '启动失败'
}

export DANQING_PROFILE="${DANQING_PROFILE:-dev}"
scripts/setup.sh --base
need_fleet
install_packages
frontend_build
build_fleet

FLEET="$(mktemp -d "${TMPDIR:-/tmp}/danqing-fleet.XXXXXX")"
chmod 711 "$FLEET" # the users postgres and nobody must get through
mkdir "$FLEET/logs" "$FLEET/pids" "$FLEET/bucket"
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
start_services "$FLEET"
settings
start_bucket
API_PORTS=("$(free_port)" "$(free_port)")
for number in 1 2; do
  start_node "api-$number" api "${API_PORTS[number - 1]}"
  start_node "worker-$number" worker 0
done
start_nginx "$PORT" "${API_PORTS[@]}"
await_ready
DATA_DIR="$FLEET/api-1" "$(binary)" setup-link
for file in "$FLEET"/pids/*; do printf '  %-9s pid %s\n' "${file##*/}" "$(cat "$file")"; done
say "The fleet is at $DOMAIN. Logs and data: $FLEET. Ctrl-C ends it." "已启动：$DOMAIN。日志与数据：$FLEET。按 Ctrl-C 结束。"
wait
