# shellcheck shell=bash
# PostgreSQL and Redis for one run of the tests: on free ports, with their data under $1 of start_services, gone
# with stop_services. Nothing survives the run, so durability is switched off where it costs time; measurements set
# POSTGRES_DURABILITY to nothing.

POSTGRES_MINIMUM=15
POSTGRES_DATA=''
REDIS_PID=''

# The folder of the newest PostgreSQL server on this machine, empty when there is none.
postgres_bin() {
  local initdb
  initdb="$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb "$(command -v initdb || true)" | sort --version-sort |
    while read -r file; do if [ -x "$file" ]; then printf '%s\n' "$file"; fi; done | tail -n 1)"
  if [ -n "$initdb" ]; then dirname "$initdb"; fi
}

# Debian's packages are for its own Python, which another one may hide.
debian_python() {
  if [ -x /usr/bin/python3 ]; then echo /usr/bin/python3; else echo python3; fi
}

# Notes the packages of both, and of the proxy that tests put in front of several servers, for install_packages.
# shellcheck disable=SC2016 # need evaluates its first argument
need_services() {
  need 'test -n "$(postgres_bin)"' postgresql 'second database of the tests' '测试用的第二种数据库'
  need 'command -v redis-server && command -v redis-cli' redis-server 'event fan-out' '事件分发'
  need '$(debian_python) -c "import aiosmtpd"' python3-aiosmtpd 'mail server of the tests' '测试用的邮件服务器'
  need 'command -v nginx' nginx-light 'proxy in front of several nodes' '多个节点前的反向代理'
}

# Runs a PostgreSQL program; as root it must be another user, whom the package has made.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# start_services FOLDER: exports TEST_POSTGRES_URL and TEST_REDIS_URL.
start_services() {
  . scripts/lib/ports.sh
  start_postgres "$1"
  start_redis "$1"
}

start_postgres() {
  local bin version port
  bin="$(postgres_bin)"
  version="$("$bin/postgres" --version | grep -oE '[0-9]+' | head -n 1)"
  if [ "$version" -lt "$POSTGRES_MINIMUM" ]; then
    die "PostgreSQL $POSTGRES_MINIMUM or newer is needed, found $version" \
      "需要 PostgreSQL $POSTGRES_MINIMUM 或更新版本，当前：$version"
  fi
  port="$(free_port)"
  POSTGRES_DATA="$1/postgres"
  install -d -m 700 "$POSTGRES_DATA"
  if [ "$(id -u)" -eq 0 ]; then chown postgres "$POSTGRES_DATA"; fi
  as_postgres "$bin/initdb" --pgdata="$POSTGRES_DATA" --username=postgres --auth=trust --encoding=UTF8 \
    --locale=C --no-sync >/dev/null
  as_postgres "$bin/pg_ctl" --pgdata="$POSTGRES_DATA" --wait --timeout=60 --silent --log="$POSTGRES_DATA/log" \
    --options="-p $port -k $POSTGRES_DATA -h 127.0.0.1 -c max_connections=300 ${POSTGRES_DURABILITY--c fsync=off -c full_page_writes=off}" \
    start >/dev/null
  export TEST_POSTGRES_URL="postgresql://postgres@127.0.0.1:$port/postgres"
}

start_redis() {
  local port
  port="$(free_port)"
  redis-server --bind 127.0.0.1 --port "$port" --dir "$1" --save '' --appendonly no >"$1/redis.log" </dev/null &
  REDIS_PID=$!
  for _ in $(seq 100); do
    if redis-cli -h 127.0.0.1 -p "$port" ping >/dev/null 2>&1; then
      export TEST_REDIS_URL="redis://127.0.0.1:$port/0"
      return 0
    fi
    sleep 0.1
  done
  cat "$1/redis.log" >&2
  die 'Redis did not start' 'Redis 启动失败'
}

# Safe to call at any moment, also when only one of the two runs.
stop_services() {
  if [ -f "$POSTGRES_DATA/postmaster.pid" ]; then
    as_postgres "$(postgres_bin)/pg_ctl" --pgdata="$POSTGRES_DATA" --mode=immediate --silent stop || true
  fi
  if [ -n "$REDIS_PID" ]; then kill "$REDIS_PID" 2>/dev/null || true; fi
}
