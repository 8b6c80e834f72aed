#!/usr/bin/env bash
# Builds what has changed and starts Danqing: scripts/start.sh [--public] [--port N] [--build-only]
# Nothing else is needed: no .env, no key, no database server. DANQING_PROFILE=dev starts the tests' build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib/say.sh
. scripts/lib/settings.sh
. scripts/lib/tools.sh
. scripts/lib/ports.sh
. scripts/lib/room.sh
. scripts/lib/frontend.sh
. scripts/lib/backend.sh

usage() {
  say 'usage: scripts/start.sh [--public] [--port N] [--build-only]
  --public      listen on every network address, not only on this machine
  --port N      listen on this port (default: PORT, else 3000)
  --build-only  build and do not start' '用法：scripts/start.sh [--public] [--port N] [--build-only]
  --public      监听所有网络地址，而不只是本机
  --port N      监听端口（默认：PORT，否则 3000）
  --build-only  只构建，不启动'
}

arguments=()
public=''
build_only=''
port="$(setting PORT 3000)"
while [ $# -gt 0 ]; do
  case "$1" in
    --public) public=yes && arguments+=(--host 0.0.0.0) ;;
    --port)
      if [ $# -lt 2 ]; then usage >&2 && exit 2; fi
      port="$2" && arguments+=(--port "$port") && shift
      ;;
    --build-only) build_only=yes ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
if ! [[ "$port" =~ ^[0-9]{1,5}$ ]]; then die "not a port: $port" "端口无效：$port"; fi

if [ -z "$build_only" ]; then require_port "$port"; fi
if [ ! -x "$(binary)" ]; then check_room; fi
scripts/setup.sh --base
frontend_build
announce_build
build_binary
if [ -n "$build_only" ]; then exit 0; fi

if [ -n "$public" ]; then
  say 'Others on your network reach it at (in the set-up link too, instead of localhost):' \
    '同一网络中的其他设备可访问（初始化链接中的 localhost 也可换成它）：'
  lan_addresses | sed "s|.*|  http://&:$port|"
fi
exec "$(binary)" serve "${arguments[@]}"
