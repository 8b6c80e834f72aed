# shellcheck shell=bash
# Tests written as functions whose names begin with `test_`: each runs in a subshell with an empty folder as its place.

# same ACTUAL EXPECTED
same() {
  if [ "$1" != "$2" ]; then
    printf 'expected: %s\nactual:   %s\n' "$2" "$1"
    return 1
  fi
}

# refuses COMMAND…: it must fail. (A line with `!` would not stop the test.)
refuses() {
  if "$@"; then
    printf 'should have failed: %s\n' "$*"
    return 1
  fi
}

# Runs every test that is declared and prints `N passed, N failed`; fails when one did.
run_cases() {
  local name folder code passed=0 failed=0
  for name in $(declare -F | awk '{print $3}' | grep '^test_'); do
    folder="$(mktemp -d)"
    # `set -e` is off inside a condition, so the subshell stands alone and its code is looked at afterwards.
    set +e
    (set -e && cd "$folder" && "$name") >"$folder/.output" 2>&1
    code=$?
    set -e
    if [ "$code" -eq 0 ]; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      printf '✗ %s\n' "${name#test_}"
      cat "$folder/.output"
    fi
    rm -rf "$folder"
  done
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
