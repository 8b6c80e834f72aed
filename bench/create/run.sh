#!/bin/sh
# Durable creates per second: our release binary (DANQING_BIN) against a small Node peer, rounds taken in turn.
# usage: bench/create/run.sh [ROUNDS] [SECONDS]
set -eu
cd "$(dirname "$0")"
command -v wrk >/dev/null || { echo 'wrk is missing: apt-get install wrk' >&2; exit 1; }
[ -d peer-node/node_modules/express ] || npm ci --prefix peer-node --no-audit --no-fund
exec node compare.mjs "$@"
