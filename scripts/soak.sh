#!/usr/bin/env bash
# The long tests, with the full figures: scripts/soak.sh [filter]   (default filter: soak)
# They are the ignored tests whose name contains the filter; each prints its seed (SEED=… repeats it) and results. KILLS is the
# number of kill -9 per database (default 50). On PostgreSQL they hit a fleet behind nginx, with a tenth as many pauses past a
# lease, Redis flushed and stopped meanwhile, and two fifths as many rolling restarts; a fifth as many kills of PostgreSQL
# itself. On both the bucket is away for 30 s, twice. Runs on SQLite, then on PostgreSQL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib/say.sh
. scripts/lib/tools.sh
. scripts/lib/frontend.sh
. scripts/lib/backend.sh
. scripts/lib/services.sh

FILTER="${1:-soak}"
export KILLS="${KILLS:-50}" DANQING_PROFILE=dev
unset TEST_DATABASE_URL
RUN="$(mktemp -d "${TMPDIR:-/tmp}/danqing-soak.XXXXXX")"
chmod 711 "$RUN" # the user postgres must get through

finish() {
  stop_services
  rm -rf "$RUN"
}

# Every vendor with every fault: the usual run of the tests draws some.
behaviour() {
  say "every vendor with every fault" "每家服务商的每种故障"
  EVERY_FAULT=1 RUST_TEST_THREADS=4 cargo test --locked --workspace --test it -- providers::behaviour 2>&1 | tee "$RUN/log" || return 1
  grep -qE '^test result: ok\. [1-9]' "$RUN/log"
}

# The whole workspace is selected, so that the tests' own build is used again; leaves have no test of that name.
# A filter that finds no test is a failure.
soak() {
  say "soak on $1, $KILLS kills" "$1 长时间测试，$KILLS 次强制终止"
  cargo test --locked --workspace --test it -- --ignored --nocapture "$FILTER" 2>&1 | tee "$RUN/log" || return 1
  grep -qE '^test result: ok\. [1-9]' "$RUN/log"
}

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
scripts/setup.sh --base
need_services
install_packages
frontend_build
start_services "$RUN"
failed=''
if ! soak SQLite; then failed=yes; fi
if ! behaviour; then failed=yes; fi
export TEST_DATABASE_URL="$TEST_POSTGRES_URL"
if ! soak PostgreSQL; then failed=yes; fi
[ -z "$failed" ]
