#!/usr/bin/env bash
# Creates and status reads with PostgreSQL: requests per second, processor time of our process and of PostgreSQL for each.
# Several release binaries are measured in turn, each with a database of its own.
# usage: bench/create/postgres.sh [ROUNDS] [SECONDS] [NAME=BINARY]...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/lib/say.sh
. scripts/lib/services.sh
command -v wrk >/dev/null || { echo 'wrk is missing: apt-get install wrk' >&2; exit 1; }
binary="${DANQING_BIN:-${CARGO_TARGET_DIR:-target}/release/danqing}"
rounds="${1:-3}" seconds="${2:-5}"
shift $(($# < 2 ? $# : 2))
run="$(mktemp -d)"
chmod 755 "$run"
trap 'stop_services; rm -rf "$run"' EXIT
. scripts/lib/ports.sh
export POSTGRES_DURABILITY=''
start_postgres "$run"
export POSTGRES_DATA
node bench/create/postgres.mjs "$rounds" "$seconds" "${@:-danqing=$binary}"
