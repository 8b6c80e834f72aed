# shellcheck shell=bash
# The tools that building and testing need: checks them and installs what apt has, where that is allowed.
# Rust and Node are never installed here, because the versions in most distributions are too old.

# A service or cron environment may lack HOME; its PATH, as that of many users, lacks cargo and the system tools.
if [ -z "${HOME:-}" ]; then
  HOME="$(getent passwd "$(id -u)" | cut -d: -f6)"
  export HOME
fi
PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin:/usr/sbin:/sbin"
export PATH

# Debian packages that `need` found missing.
PACKAGES=()

# at_least VERSION MINIMUM
at_least() {
  printf '%s\n%s\n' "$2" "$1" | sort --version-sort --check=quiet
}

# need TEST PACKAGE ENGLISH CHINESE: notes the package, with the reason, unless the command TEST succeeds.
need() {
  if ! eval "$1" >/dev/null 2>&1; then
    PACKAGES+=("$2")
    say "missing: $2 ($3)" "缺少：$2（$4）"
  fi
}

# Rust and Node in the versions that Cargo.toml and frontend/package.json ask for.
check_compilers() {
  local rust node have
  rust="$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)"
  have="$(rustc --version 2>/dev/null | cut -d' ' -f2 || true)"
  if ! command -v cargo >/dev/null || ! at_least "${have:-0}" "$rust"; then
    die "Rust $rust or newer is needed, found: ${have:-none}. Install it with
  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh
or bring it up to date with: rustup update stable" \
      "需要 Rust $rust 或更新版本，当前：${have:-未安装}。安装：
  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh
或升级：rustup update stable"
  fi
  node="$(sed -n 's/.*"node": *">=\([0-9.]*\)".*/\1/p' frontend/package.json)"
  have="$(node --version 2>/dev/null | tr -d v || true)"
  if ! at_least "${have:-0}" "$node"; then
    die "Node.js $node or newer is needed, found: ${have:-none}. See https://nodejs.org/en/download" \
      "需要 Node.js $node 或更新版本，当前：${have:-未安装}。下载：https://nodejs.org/zh-cn/download"
  fi
}

# What the build itself calls: C libraries (SQLite, OpenSSL, libpq, libjpeg-turbo) are compiled from source.
need_build_tools() {
  need 'command -v npm' npm "installs the page's packages" '安装前端依赖'
  need 'command -v cc && command -v c++ && command -v make' build-essential 'C compiler and make' 'C 编译器和 make'
  need 'command -v cmake' cmake 'builds libjpeg-turbo' '编译 libjpeg-turbo'
  need 'command -v nasm' nasm 'fast JPEG code' 'JPEG 加速'
  need 'command -v perl' perl 'builds OpenSSL' '编译 OpenSSL'
}

# Installs PACKAGES through apt when we are root or sudo asks no password; otherwise says which command to run.
install_packages() {
  [ "${#PACKAGES[@]}" -gt 0 ] || return 0
  local root=()
  local command="apt-get install -y --no-install-recommends ${PACKAGES[*]}"
  if [ "$(id -u)" -ne 0 ]; then root=(sudo -n); fi
  if ! command -v apt-get >/dev/null || { [ "${#root[@]}" -gt 0 ] && ! sudo -n true 2>/dev/null; }; then
    die "Please install them and start again:
  sudo $command" "请先安装，然后重新运行：
  sudo $command"
  fi
  say "installing with apt-get: ${PACKAGES[*]}" "正在用 apt-get 安装：${PACKAGES[*]}"
  apt_install "${root[@]}"
  PACKAGES=()
}

# apt_install [sudo -n]: the body runs in a subshell, so that the block on starting services is always lifted.
apt_install() (
  policy=/usr/sbin/policy-rc.d
  apt=("$@" timeout 900 env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
  if [ ! -e "$policy" ]; then
    # Debian starts a database or Redis as soon as it is installed; the tests start their own on other ports.
    trap '"$@" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "$@" tee "$policy" >/dev/null
    "$@" chmod +x "$policy"
  fi
  install=(install -y --no-install-recommends "${PACKAGES[@]}")
  # The package lists may be absent or old: fetch them only when the first try fails.
  "${apt[@]}" "${install[@]}" >/dev/null 2>&1 || { "${apt[@]}" update && "${apt[@]}" "${install[@]}" >/dev/null; }
)
