# shellcheck shell=bash
# The binary: where it is and how it is built. DANQING_PROFILE=dev takes the build that the tests use; cargo itself
# knows whether anything has changed.

# CPU seconds of a first release build, for the announcement.
RELEASE_BUILD_CPU_SECONDS=1320

profile() { printf '%s\n' "${DANQING_PROFILE:-release}"; }

# Path of the binary, built or not.
binary() {
  local folder=release
  if [ "$(profile)" = dev ]; then folder=debug; fi
  printf '%s\n' "${CARGO_TARGET_DIR:-target}/$folder/danqing"
}

# Builds the binary when sources changed. The dev build is that of the tests, whole workspace and one feature set:
# any other selection of packages would compile the shared dependencies a second time.
build_binary() {
  if [ "$(profile)" = dev ]; then
    mkdir -p frontend/dist # the embedding macro wants the folder; this profile reads it at run time
    cargo test --locked --workspace --no-run
  else
    cargo build --locked --release --bin danqing
  fi
}

# Says how long a first build will take; silent when there is a binary already.
announce_build() {
  [ ! -x "$(binary)" ] || return 0
  local cores minutes
  cores="$(nproc)"
  minutes=$(((RELEASE_BUILD_CPU_SECONDS / cores + 59) / 60))
  say "building the binary: about $minutes minutes the first time on $cores cores, seconds afterwards …" \
    "正在编译：首次在 $cores 核上约需 $minutes 分钟，之后只需几秒…"
}
