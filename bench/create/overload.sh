#!/bin/sh
# What is accepted when far more ask than can be served (DANQING_BIN).
# usage: bench/create/overload.sh [SECONDS]
set -eu
cd "$(dirname "$0")"
command -v wrk >/dev/null || { echo 'wrk is missing: apt-get install wrk' >&2; exit 1; }
ulimit -n "$(ulimit -Hn)"
exec node overload.mjs "$@"
