# shellcheck shell=bash
# Is there room for a first build? A full disk or the out-of-memory killer ends a compiler without a useful word.

BUILD_DISK_MIB=4096     # target folder of a release build and node_modules, with a margin
BUILD_MEMORY_MIB=1024   # one compiler process on the largest crate

# Stops with words when disk or memory is too small; with little memory, builds with fewer processes.
check_room() {
  local disk memory jobs
  disk=$(($(df -Pk . | awk 'NR == 2 {print $4}') / 1024))
  if [ "$disk" -lt "$BUILD_DISK_MIB" ]; then
    die "The build needs $BUILD_DISK_MIB MiB of disk in $PWD, $disk MiB are free." \
      "编译需要 $BUILD_DISK_MIB MiB 磁盘空间，$PWD 只剩 $disk MiB。"
  fi
  [ -r /proc/meminfo ] || return 0
  memory=$(($(awk '/^(MemAvailable|SwapFree):/ {sum += $2} END {print sum}' /proc/meminfo) / 1024))
  if [ "$memory" -lt "$BUILD_MEMORY_MIB" ]; then
    die "The build needs $BUILD_MEMORY_MIB MiB of memory, $memory MiB are free. Add swap:
  sudo fallocate -l 2G /swapfile && sudo chmod 600 /swapfile && sudo mkswap /swapfile && sudo swapon /swapfile" \
      "编译需要 $BUILD_MEMORY_MIB MiB 内存，目前可用 $memory MiB。可以添加交换空间：
  sudo fallocate -l 2G /swapfile && sudo chmod 600 /swapfile && sudo mkswap /swapfile && sudo swapon /swapfile"
  fi
  jobs=$((memory / BUILD_MEMORY_MIB))
  if [ "$jobs" -lt "$(nproc)" ]; then export CARGO_BUILD_JOBS="${CARGO_BUILD_JOBS:-$jobs}"; fi
}
