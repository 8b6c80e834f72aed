#!/usr/bin/env bash
# Tests of the scripts themselves, each in a subshell with an empty folder; prints `N passed, N failed`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/lib/say.sh
. scripts/lib/tools.sh
. scripts/lib/settings.sh
. scripts/lib/ports.sh
. scripts/lib/frontend.sh
. scripts/lib/steps.sh
. scripts/lib/cases.sh
PROJECT="$PWD"

test_versions_compare_by_number() {
  at_least 1.95.0 1.95
  at_least 20.19.0 20.19
  at_least 100.0 20.19
  refuses at_least 1.94.1 1.95
  refuses at_least 20.9.0 20.19
  refuses at_least 0 1.95
}

test_messages_follow_the_locale() {
  local script=". $PROJECT/scripts/lib/say.sh; say hello 你好"
  same "$(env -i LANG=zh_CN.UTF-8 bash -c "$script" 2>/dev/null)" 你好
  same "$(env -i LANG=zh_CN.UTF-8 LC_ALL=C bash -c "$script")" hello
  same "$(env -i bash -c "$script" 2>/dev/null)" 你好
  same "$(env -i LANG=zh_CN.UTF-8 DEFAULT_LOCALE=en bash -c "$script" 2>/dev/null)" hello
  printf 'DEFAULT_LOCALE=zh-CN # ours\n' >.env
  same "$(env -i LANG=en_US.UTF-8 bash -c "$script" 2>/dev/null)" 你好
}

test_settings_come_from_environment_then_file_then_default() {
  printf '%s\n' '# PORT=1' 'PORT=4000 # ours' 'DATA_DIR="./my data"' "APP_NAME='#1'" 'EMPTY=' >.env
  same "$(setting PORT 3000)" 4000
  same "$(PORT=5000 setting PORT 3000)" 5000
  same "$(setting DATA_DIR ./data)" './my data'
  same "$(setting APP_NAME x)" '#1'
  same "$(setting EMPTY default)" default
  same "$(setting ABSENT default)" default
}

test_a_taken_port_names_its_holder() {
  local port
  port="$(free_port)"
  refuses port_taken "$port"
  node -e 'require("net").createServer().listen(+process.argv[1], "127.0.0.1")' "$port" &
  HOLDER=$!
  trap 'kill "$HOLDER"' EXIT
  until port_taken "$port"; do kill -0 "$HOLDER"; done
  same "$(port_holder "$port" | grep -o 'pid [0-9]*')" "pid $HOLDER"
  (require_port "$port") >said 2>&1 || true
  grep -q "pid $HOLDER" said
}

test_an_unchanged_page_is_not_built_again() {
  mkdir -p frontend/src shared
  echo 1 >frontend/src/a.ts
  local before
  before="$(frontend_inputs)"
  mkdir -p frontend/node_modules/x frontend/dist && touch frontend/dist/index.html
  same "$(frontend_inputs)" "$before"
  touch frontend/src/b.ts
  refuses test "$(frontend_inputs)" = "$before"
  rm frontend/src/b.ts
  same "$(frontend_inputs)" "$before"
}

test_counts_are_read_from_each_runner() {
  printf '%s\n' 'test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured' \
    'test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured' >cargo
  same "$(count_cargo cargo 0)" '15 2'
  printf '%s\n' ' Test Files  1 failed | 4 passed (5)' '      Tests  1 failed | 38 passed | 2 skipped (41)' >vitest
  same "$(count_vitest vitest 0)" '38 1'
  printf '%s\n' '2 passed, 9 failed' 'x' '7 passed, 1 failed' >browser
  same "$(count_last_line browser 0)" '7 1'
  same "$(count_one cargo 0) $(count_one cargo 3)" '1 0 0 1'
}

# Runs steps in a run of their own and leaves the summary in the file `sums`; RESULT is its exit code.
in_a_run() {
  start_run >/dev/null
  "$@" >log 2>&1 || true
  RESULT=0
  summary >sums || RESULT=$?
  rm -rf "$RUN"
}

two_good_steps() {
  step one 9 count_one true
  step two 9 count_last_line echo '4 passed, 0 failed'
}

two_good_steps_and_a_bad_one() {
  two_good_steps
  step three 9 count_last_line bash -c 'echo "6 passed, 2 failed"; exit 1'
}

test_sums_add_up_and_a_failure_fails_the_run() {
  in_a_run two_good_steps
  same "$(tail -n 1 sums) $RESULT" '5 passed, 0 failed 0'
  in_a_run two_good_steps_and_a_bad_one
  same "$(tail -n 1 sums) $RESULT" '11 passed, 2 failed 1'
}

test_a_run_without_tests_fails() {
  in_a_run true
  same "$(tail -n 1 sums) $RESULT" '0 passed, 1 failed 1'
  in_a_run step silent 9 count_cargo true
  same "$(tail -n 1 sums) $RESULT" '0 passed, 1 failed 1'
}

test_a_crash_after_passing_tests_is_a_failure() {
  in_a_run step crash 9 count_last_line bash -c 'echo "6 passed, 0 failed"; exit 101'
  same "$(tail -n 1 sums) $RESULT" '6 passed, 1 failed 1'
}

test_a_step_that_hangs_ends_at_its_limit() {
  in_a_run step hang 1 count_one sleep 600
  same "$(tail -n 1 sums)" '0 passed, 1 failed'
  grep -q 'limit of 1 s' log
}

test_what_a_step_leaves_running_is_found_and_ended() {
  start_run
  # Its own session, so that ending the step's group does not reach it.
  step daemon 9 count_one bash -c 'setsid sleep 600 >/dev/null 2>&1 &' >/dev/null
  refuses stop_leftovers >left
  grep -q 'sleep 600' left
  stop_leftovers
  rm -rf "$RUN"
}

test_lock_files_get_the_platforms_npm_left_out() {
  printf '{"packages":{"":{},"node_modules/a":{"version":"2.0.0","dev":true,
    "resolved":"https://registry.example/a.tgz","optionalDependencies":{"a-linux-x64-musl":"2.0.0","a-darwin-arm64":"2.0.0"}},
    "node_modules/a-darwin-arm64":{"version":"1.0.0"}}}' >lock.json
  node "$PROJECT/scripts/fix-npm-lock.mjs" lock.json >/dev/null
  node -e 'const { packages } = JSON.parse(require("fs").readFileSync("lock.json"));
    const musl = packages["node_modules/a-linux-x64-musl"], nested = packages["node_modules/a/node_modules/a-darwin-arm64"];
    console.log(JSON.stringify(musl), nested.version, packages["node_modules/a"].resolved)' >said
  same "$(cat said)" \
    '{"version":"2.0.0","cpu":["x64"],"dev":true,"libc":["musl"],"optional":true,"os":["linux"]} 2.0.0 undefined'
}

run_cases
