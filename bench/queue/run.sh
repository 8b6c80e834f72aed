#!/usr/bin/env bash
# Our queue on PostgreSQL against graphile-worker and pg-boss, each round on a database of its own, rounds in turn.
# usage: bench/queue/run.sh [ROUNDS] [JOBS] [SINGLES] [CALLERS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/lib/say.sh
. scripts/lib/services.sh
[ -d bench/queue/peers/node_modules/pg-boss ] || npm ci --prefix bench/queue/peers --no-audit --no-fund >&2
cargo build --locked --release -p jobs --example queue_round
run="$(mktemp -d)"
chmod 755 "$run"
trap 'stop_services; rm -rf "$run"' EXIT
. scripts/lib/ports.sh
export POSTGRES_DURABILITY=''
start_postgres "$run"
exec_round="${CARGO_TARGET_DIR:-target}/release/examples/queue_round"
node bench/queue/compare.mjs "$exec_round" "${1:-3}" "${2:-20000}" "${3:-2000}" "${4:-24}"
