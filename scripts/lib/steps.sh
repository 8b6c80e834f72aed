# shellcheck shell=bash
# Steps of a test run: each runs in its own process group with a time limit, its output in a log, its result as one
# line of $RUN/results (name|code|passed|failed|seconds). RUN is the run's temporary folder; it is also the mark by
# which every process of the run can be found again, since each one inherits it in its environment.

# KiB of memory that the files of a run may take: databases, pictures, profiles of browsers.
RUN_MEMORY_KIB=$((4 << 20))

# Where the files of a run lie: in memory where there is plenty of it, for most of the time on a disk is waiting for
# each commit to be durable, and no test pulls the plug.
run_parent() {
  local shared=/dev/shm free
  free="$(df --output=avail --block-size=1024 "$shared" 2>/dev/null | tail -n 1 || true)"
  if [ -w "$shared" ] && [ "${free:-0}" -gt "$RUN_MEMORY_KIB" ] &&
    [ "$(awk '/^MemAvailable:/ {print $2}' /proc/meminfo)" -gt "$((2 * RUN_MEMORY_KIB))" ]; then
    printf '%s\n' "$shared"
  else
    printf '%s\n' "${TMPDIR:-/tmp}"
  fi
}

# start_run: makes RUN.
start_run() {
  RUN="$(mktemp -d "$(run_parent)/danqing-test.XXXXXX")"
  chmod 711 "$RUN" # the user postgres must get through
  mkdir -m 1777 "$RUN/tmp"
  mkdir "$RUN/logs" "$RUN/groups"
  : >"$RUN/results"
  export DANQING_TEST_RUN="$RUN"
}

# step NAME LIMIT_SECONDS COUNTER COMMAND…: COUNTER turns the log into "passed failed".
step() {
  local name="$1" limit="$2" counter="$3" log="$RUN/logs/${1//[^a-zA-Z0-9]/-}" began="$SECONDS" code=0 group
  shift 3
  printf '… %s\n' "$name"
  timeout --kill-after=15 "$limit" "$@" >"$log" 2>&1 </dev/null &
  group=$!
  : >"$RUN/groups/$group"
  wait "$group" || code=$?
  rm -f "$RUN/groups/$group"
  if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then printf 'ended by its limit of %s s or killed\n' "$limit" >>"$log"; fi
  record "$name" "$code" "$((SECONDS - began))" "$("$counter" "$log" "$code")" "$log"
}

# record NAME CODE SECONDS "PASSED FAILED" LOG: a failing step always counts at least one failure, and one that ran
# no test at all is a failure too.
record() {
  local name="$1" code="$2" seconds="$3" passed failed
  read -r passed failed <<<"$4"
  passed="${passed:-0}" failed="${failed:-0}" # a runner that crashed printed no counts
  if [ "$failed" -eq 0 ] && { [ "$code" -ne 0 ] || [ "$passed" -eq 0 ]; }; then failed=1; fi
  printf '%s|%s|%s|%s|%s\n' "$name" "$code" "$passed" "$failed" "$seconds" >>"$RUN/results"
  if [ "$failed" -eq 0 ]; then
    printf '✓ %s: %s passed, %s s\n' "$name" "$passed" "$seconds"
    return 0
  fi
  printf '✗ %s: %s passed, %s failed, exit code %s, %s s\n' "$name" "$passed" "$failed" "$code" "$seconds"
  printf '── last lines of %s ──\n' "$name"
  tail -n 300 "$5"
  printf '──\n'
  return 1
}

# Counters. A check without tests of its own is one test.
count_one() { if [ "$2" -eq 0 ]; then echo 1 0; else echo 0 1; fi; }

count_cargo() { awk '/^test result: / {passed += $4; failed += $6} END {print passed + 0, failed + 0}' "$1"; }

count_vitest() { awk '/^ *Tests  / {print number("passed"), number("failed")}
  function number(word) { return match($0, "[0-9]+ " word) ? substr($0, RSTART, RLENGTH) + 0 : 0 }' "$1" | tail -n 1; }

count_last_line() {
  { grep -E '^[0-9]+ passed, [0-9]+ failed$' "$1" || true; } | tail -n 1 | awk '{print $1, $3}'
}

# Prints the table and, as the very last line, the sums; fails unless something passed and nothing failed.
summary() {
  awk -F'|' 'BEGIN {printf "\n%-28s %8s %8s %8s\n", "step", "passed", "failed", "seconds"}
    {printf "%-28s %8d %8d %8d\n", $1, $3, $4, $5; passed += $3; failed += $4}
    END {if (NR == 0) failed = 1; printf "%d passed, %d failed\n", passed, failed; exit !(passed > 0 && failed == 0)}' \
    "$RUN/results"
}

# Ends the groups of steps that still run: politely, then for good.
stop_steps() {
  local file
  for file in "$RUN"/groups/*; do
    if [ -e "$file" ]; then kill -TERM -- "-${file##*/}" 2>/dev/null || true; fi
  done
}

# Ids of the processes that carry this run's mark; this shell does not, as it was started before the mark was made.
marked_processes() {
  { grep -lzx "DANQING_TEST_RUN=$RUN" /proc/[0-9]*/environ 2>/dev/null || true; } | cut -d/ -f3
}

# Ends every process of the run that is left, and names each one.
stop_leftovers() {
  local pid
  export -n DANQING_TEST_RUN # what looks for the mark must not carry it
  for _ in $(seq 50); do # what was asked to end gets five seconds
    if [ -z "$(marked_processes)" ]; then return 0; fi
    sleep 0.1
  done
  for pid in $(marked_processes); do
    printf 'left running: %s %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null || true)"
    kill -KILL "$pid" 2>/dev/null || true
  done
  return 1
}
