#!/bin/sh
# Many watchers of the live stream on one server (DANQING_BIN): memory of each, how late events come, and how other
# requests fare meanwhile. Needs 2 open files for each watcher.
# usage: bench/watch/run.sh [WATCHERS] [SECONDS] [TASKS_PER_SECOND]
set -eu
cd "$(dirname "$0")"
ulimit -n "$(ulimit -Hn)"
exec node watch.mjs "$@"
