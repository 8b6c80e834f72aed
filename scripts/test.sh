#!/usr/bin/env bash
# Runs every check and test: scripts/test.sh [lint] [rust] [front] [e2e]   (no word: all of them)
# Installs and starts what they need on ports of its own, goes on after a failure, leaves nothing running, and ends
# with one line `N passed, N failed`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
. scripts/lib/say.sh
. scripts/lib/tools.sh
. scripts/lib/frontend.sh
. scripts/lib/backend.sh
. scripts/lib/services.sh
. scripts/lib/steps.sh
. scripts/lib/deploy.sh

for word in "$@"; do
  case "$word" in
    lint | rust | front | e2e) ;;
    *) die "usage: scripts/test.sh [lint] [rust] [front] [e2e]" "用法：scripts/test.sh [lint] [rust] [front] [e2e]" ;;
  esac
done
WANTED=" ${*:-lint rust front e2e} "
wants() { [[ "$WANTED" == *" $1 "* ]]; }

# Colours would stand in the way of counting.
export CI=true NO_COLOR=1 CARGO_TERM_COLOR=never DANQING_PROFILE=dev
# Clippy builds what is tested: checking with it first would compile everything twice. This is how `cargo clippy` calls
# it, whose own command only checks.
export RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__
unset TEST_DATABASE_URL FORCE_COLOR
if [ "$(id -u)" -ne 0 ]; then
  say 'only root can put up a small disk: nothing is tested on a full one' '只有 root 才能挂载小磁盘：磁盘写满的测试将跳过'
  export TEST_WITHOUT_SMALL_DISK=1
fi

need_test_tools() {
  need_build_tools
  if wants lint; then need 'command -v shellcheck' shellcheck 'checks the scripts' '检查脚本'; fi
  if wants rust; then
    need_services
    need_deploy_tools
    need 'command -v exiftool' libimage-exiftool-perl 'reads the marks in pictures back' '读取图片中的标识'
  fi
  if wants e2e; then
    need 'chromium_path' chromium 'browser tests' '浏览器测试'
    need 'has_chinese_font' fonts-noto-cjk 'Chinese letters' '中文字体'
  fi
}

chromium_path() {
  command -v chromium || command -v google-chrome || command -v chromium-browser
}

has_chinese_font() {
  [ -n "$(find /usr/share/fonts ~/.fonts ~/.local/share/fonts -iname '*cjk*' -print -quit 2>/dev/null)" ]
}

# The last thing in every case, also after Ctrl-C and when setting up has failed.
finish() {
  local code=$?
  trap - EXIT
  trap '' INT TERM HUP
  stop_steps
  if [ -n "${FRONT_LANE:-}" ]; then kill "$FRONT_LANE" 2>/dev/null || true; fi
  stop_services
  if [ "$code" -ne 0 ]; then # every step is followed by `|| true`, so this is Ctrl-C or a failed set-up
    printf 'run ended early|%s|0|1|0\n' "$code" >>"$RUN/results"
    stop_leftovers >/dev/null || true
  else
    stop_leftovers >"$RUN/logs/leftovers" || record 'nothing left running' 1 0 '0 1' "$RUN/logs/leftovers" || true
  fi
  summary || code=$((code > 0 ? code : 1))
  rm -rf "$RUN"
  exit "$code"
}

set_up() {
  step 'set-up' 900 count_one scripts/setup.sh --base || exit 1
  cat "$RUN/logs/set-up"
  need_test_tools
  install_packages
  if wants rust; then start_services "$RUN"; fi
  if wants e2e; then
    CHROMIUM="$(chromium_path)"
    export CHROMIUM
  fi
}

# The page's checks, beside the Rust build.
front_lane() {
  if wants lint; then
    step 'page: lint and format' 300 count_one env -C frontend npm run --silent lint || true
    step 'page: types' 300 count_one env -C frontend npm run --silent typecheck || true
  fi
  if wants front; then
    step 'page: unit tests' 600 count_vitest env -C frontend npm run --silent test || true
  fi
}

rust_lane() {
  if wants lint; then
    step 'rust: format' 60 count_one cargo fmt --all --check || true
    step 'scripts: shellcheck' 60 count_one shellcheck -x .ci/run scripts/*.sh scripts/lib/*.sh scripts/tests/*.sh deploy/*.sh deploy/nginx/*.sh || true
    step 'scripts: tests' 120 count_last_line scripts/tests/run.sh || true
  fi
  if wants rust || wants e2e || wants lint; then
    # The same command as build_binary's, its list of test binaries kept for the PostgreSQL run.
    # shellcheck disable=SC2016 # expands in the inner shell
    step 'rust: clippy and build' 1500 count_one bash -c \
      'cargo test --locked --workspace --no-run --message-format=json-render-diagnostics >"$0"' "$RUN/artifacts" || return 0
  fi
  if wants lint; then step 'generated files are fresh' 300 count_one scripts/gen.sh --check || true; fi
  if wants rust; then
    step 'deployment: by hand' 300 count_last_line scripts/tests/deploy.sh || true
    # Many of them wait for servers and time-outs rather than compute.
    RUST_TEST_THREADS=$((2 * $(nproc)))
    export RUST_TEST_THREADS
    step 'rust: tests, SQLite' 1200 count_cargo cargo test --locked --workspace --no-fail-fast || true
    step 'rust: tests, PostgreSQL' 1200 count_cargo env TEST_DATABASE_URL="$TEST_POSTGRES_URL" \
      node scripts/lib/run-test-binaries.mjs "$RUN/artifacts" db jobs danqing || true
  fi
}

start_run
export TMPDIR="$RUN/tmp"
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
set_up
step 'page: build' 300 count_one bash -ec '. scripts/lib/say.sh; . scripts/lib/frontend.sh; frontend_build' || true
mkdir -p frontend/dist # the embedding macro wants the folder even when the page does not build
front_lane &
FRONT_LANE=$!
rust_lane
wait "$FRONT_LANE" || true # its steps have recorded their results
FRONT_LANE=''
if wants e2e; then
  DANQING_BIN="$(realpath "$(binary)")" || true
  export DANQING_BIN
  step 'browser tests' 900 count_last_line env -C frontend node e2e/run.mjs || true
fi
