# shellcheck shell=bash
# TCP ports of this machine: who holds one, which are free, and under which addresses others reach us.

# Socket inodes listening on port $1, from the kernel's own tables (state 0A is LISTEN).
listening_inodes() {
  awk -v end="$(printf ':%04X' "$1")" '$4 == "0A" && substr($2, length($2) - 4) == end {print $10}' \
    /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# port_taken PORT
port_taken() { [ -n "$(listening_inodes "$1")" ]; }

# "name (pid)" of the process listening on port $1; empty when it belongs to another user.
port_holder() {
  local inode fd pid
  for inode in $(listening_inodes "$1"); do
    fd="$(find /proc/[0-9]*/fd -lname "socket:\[$inode\]" -print -quit 2>/dev/null || true)"
    if [ -n "$fd" ]; then
      pid="$(cut -d/ -f3 <<<"$fd")"
      printf '%s (pid %s)\n' "$(cat "/proc/$pid/comm")" "$pid"
      return 0
    fi
  done
}

# Stops the script with words when port $1 is taken.
require_port() {
  port_taken "$1" || return 0
  local holder other
  holder="$(port_holder "$1")"
  other="scripts/start.sh --port $(free_port)"
  if [ -z "$holder" ]; then holder="$(say 'a process of another user' '其他用户的进程')"; fi
  die "Port $1 is in use by $holder. Stop it, or choose another port: $other" \
    "端口 $1 已被占用：$holder。请先停止它，或换一个端口：$other"
}

# A free port below the range from which the kernel draws ports for outgoing connections.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); do
    if ! port_taken "$port"; then
      printf '%s\n' "$port"
      return 0
    fi
  done
}

# IPv4 addresses of this machine, one a line.
lan_addresses() {
  { hostname -I 2>/dev/null || true; } | tr ' ' '\n' | { grep -E '^[0-9]+(\.[0-9]+){3}$' || true; }
}
